// @ts-check
import { api } from "../clients/session.js";
import { byId, fill, repeat } from "./dom.js";
import { Panel } from "./panel.js";
import { text } from "./texts.js";

/** Return the panel with the user's profile, for the profile page and the dashboard. */
export function profilePanel() {
  return new Panel("profile", {
    fetch: (signal) => api.getProfile({ signal }),
    render: (profile) => {
      fill(byId("profile-content"), { ...profile, email: profile.email || text("No email address"), name: profile.name || "—" });
      repeat(byId("profile-roles"), "role-badge", profile.roles, (badge, role) => {
        badge.textContent = role;
      });
      const none = document.getElementById("profile-no-roles");
      if (none) none.hidden = profile.roles.length > 0;
      const notice = document.getElementById("profile-factor");
      if (notice) notice.hidden = !profile.factor_required;
    },
  });
}
