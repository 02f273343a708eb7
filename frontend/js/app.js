// Behaviour of the frame and the components. No inline script anywhere: everything hangs on data attributes and Alpine.data.
import Alpine from "@alpinejs/csp";
import { palette } from "./palette.js";
import { toasts } from "./toasts.js";
import { confirmation, dropzone } from "./forms.js";
import { watchCharts } from "./charts-loader.js";
import "./popovers.js";
import "./frame.js";
import "./rows.js";
import "./newest.js";
import "./shortcuts.js";
import "./cascade.js";
import "./saving.js";
import "./failing.js";
import "./live.js";

Alpine.data("palette", palette);
Alpine.data("toasts", toasts);
Alpine.data("confirmation", confirmation);
Alpine.data("dropzone", dropzone);
Alpine.start();
watchCharts();
