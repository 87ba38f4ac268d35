// @ts-check
import { SignInAPIClient } from "../clients/sign-in-api-client.js";
import { byId, fill } from "../ui/dom.js";
import { enhance } from "../ui/form.js";
import { showPasswords } from "../ui/password-fields.js";
import { showStep } from "../ui/sign-in-steps.js";

const client = new SignInAPIClient();

enhance(byId("forgot-form", HTMLFormElement), async (fields) => {
  const email = String(fields.get("email")).trim();
  await client.requestPasswordCode(email);
  fill(byId("reset-step"), { email });
  byId("reset-username", HTMLInputElement).value = email;
  showStep("reset_password");
});
enhance(byId("reset-form", HTMLFormElement), async (fields) => {
  const change = { code: String(fields.get("code")).trim(), new_password: String(fields.get("new_password")) };
  await client.resetPassword(change);
  showStep("done");
  byId("reset-done").focus();
});
showPasswords();
