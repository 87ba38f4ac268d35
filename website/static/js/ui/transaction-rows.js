// @ts-check
import { byId, fill, repeat } from "./dom.js";
import { day, money, words } from "./format.js";
import { text } from "./texts.js";

/** @param {import("../../clients/src/index.js").Transaction[]} transactions */
export function renderTransactions(transactions) {
  repeat(byId("transactions-rows"), "transaction-row", transactions, (row, transaction) => {
    fill(row, {
      date: day(transaction.date),
      description: transaction.description,
      status: text(words(transaction.status)),
      amount: money(transaction.amount),
    });
    row.querySelector("time")?.setAttribute("datetime", transaction.date);
    row.querySelector(".status")?.setAttribute("data-status", transaction.status);
  });
}
