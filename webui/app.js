/** The first page: shows that it was let in. */

import { enter } from "./entrance.js";

if (await enter()) document.getElementById("said").textContent = "photoseek is running.";
