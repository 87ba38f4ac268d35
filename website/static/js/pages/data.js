// @ts-check
import { AccountAPIClient } from "../clients/account-api-client.js";
import { tellOfSignOut } from "../clients/person-watch.js";
import { confirmed } from "../ui/confirm.js";
import { byId } from "../ui/dom.js";
import { onPress } from "../ui/form.js";
import { showPasswords } from "../ui/password-fields.js";
import { withProof } from "../ui/reauthenticate.js";
import { saveFile } from "../ui/secrets.js";
import { text } from "../ui/texts.js";

const account = new AccountAPIClient();

onPress(byId("export", HTMLButtonElement), byId("export-problem"), async () => {
  const data = await withProof(() => account.exportData());
  saveFile("account.json", "application/json", `${JSON.stringify(data, null, 2)}\n`);
});

const close = byId("close", HTMLButtonElement);
onPress(close, byId("close-problem"), async () => {
  const why = text("You're signed out everywhere, and your account is deleted after 30 days.");
  if (!(await confirmed({ title: text("Close your account?"), text: why, action: text("Close account") }))) return;
  await withProof(() => account.closeAccount());
  tellOfSignOut();
  location.assign(close.dataset.next ?? "/");
  await new Promise(() => {});
});

showPasswords();
