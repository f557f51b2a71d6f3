// SPDX-License-Identifier: MIT
// Watches the elements with `data-tally`: when one becomes visible, is clicked, or its value changes. Reads no value.
import { componentType } from "./component.js";
import { uuid } from "./ids.js";
import { recheck } from "./limits.js";

const marked = "[data-tally]";

export type Report = (
  component: string,
  event: "onView" | "onClick" | "onValueChange",
  type: string,
  view: string,
) => void;

/** One rendering of a component: an element, for as long as it has the same component id. */
interface View {
  readonly component: string;
  readonly id: string;
  seen?: boolean;
}

export interface Observer {
  /** Watches from now on. A second call does nothing. */
  start(): void;
  stop(): void;
}

export function openObserver(report: Report): Observer {
  const views = new WeakMap<Element, View>();
  let watching = false;

  function viewOf(element: Element): View {
    const component = element.getAttribute("data-tally") ?? "";
    let view = views.get(element);
    if (view?.component !== component) {
      view = { component, id: uuid() };
      views.set(element, view);
    }
    return view;
  }

  const visibility = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const view = viewOf(target);
      if (!isIntersecting) continue;
      visibility.unobserve(target);
      if (view.seen) continue;
      if (!document.hidden && target.checkVisibility?.({ opacityProperty: true, visibilityProperty: true }) !== false) {
        view.seen = true;
        report(view.component, "onView", componentType(target), view.id);
      } else {
        // In its place, but transparent or hidden, such as a closed menu. Browsers do not tell when that ends.
        setTimeout(() => watching && visibility.observe(target), recheck);
      }
    }
  });

  const rendering = new MutationObserver((changes) => {
    for (const { addedNodes, target, type } of changes) {
      for (const node of type === "attributes" ? [target] : addedNodes) if (node instanceof Element) watch(node);
    }
  });

  function watch(root: Element | Document): void {
    if (root instanceof Element && root.matches(marked)) visibility.observe(root);
    for (const element of root.querySelectorAll(marked)) visibility.observe(element);
  }

  function used(event: Event): void {
    const path = event.composedPath();
    const element = path.find((node): node is Element => node instanceof Element && node.matches(marked));
    if (!watching || !element) return;
    // A click on a label: the browser clicks its control next.
    const control = event.type === "click" && (path[0] as Element).closest("label")?.control;
    if (control && element.contains(control) && !path.includes(control)) return;
    const { component, id } = viewOf(element);
    report(component, event.type === "click" ? "onClick" : "onValueChange", componentType(element), id);
  }

  // Capturing: a handler of the page can't hide the event.
  addEventListener("click", used, true);
  addEventListener("change", used, true);

  return {
    start() {
      if (watching) return;
      watching = true;
      rendering.observe(document, { subtree: true, childList: true, attributeFilter: ["data-tally"] });
      watch(document);
    },
    stop() {
      watching = false;
      rendering.disconnect();
      visibility.disconnect();
    },
  };
}
