// @ts-check
import { IdentityAPIClient } from "../clients/identity-api-client.js";
import { byId, fill, repeat } from "./dom.js";
import { moment } from "./format.js";
import { Panel } from "./panel.js";

/** The signed-in person, on the profile page and on the dashboard. */
export function profilePanel() {
  const identity = new IdentityAPIClient();
  return new Panel("profile", {
    fetch: (signal) => identity.profile(signal),
    render: (profile) => {
      fill(byId("profile-content"), { ...profile, timestamp: moment(profile.timestamp) });
      repeat(byId("profile-roles"), "role-badge", profile.roles, (badge, role) => {
        badge.textContent = role;
      });
      const none = document.getElementById("profile-no-roles");
      if (none) none.hidden = profile.roles.length > 0;
    },
  });
}
