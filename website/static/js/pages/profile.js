// @ts-check
import { profilePanel } from "../ui/profile-panel.js";

profilePanel().load();
