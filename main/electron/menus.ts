import { Menu, type MenuItemConstructorOptions, type WebContents } from "electron";

/** The application's menu: hidden behind Alt except on macOS, but its keys for editing, zoom and quitting always work. */
export function setApplicationMenu(devTools: boolean): void {
  const view: MenuItemConstructorOptions[] = [
    { role: "resetZoom" },
    { role: "zoomIn" },
    { role: "zoomOut" },
    { type: "separator" },
    { role: "togglefullscreen" },
  ];
  if (devTools) view.push({ type: "separator" }, { role: "toggleDevTools" });
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      { role: process.platform === "darwin" ? "appMenu" : "fileMenu" },
      { role: "editMenu" },
      { label: "View", submenu: view },
      { role: "windowMenu" },
    ]),
  );
}

/** The menu that a right click is expected to open on text. */
export function offerTextMenu(contents: WebContents): void {
  contents.on("context-menu", (_event, { isEditable, selectionText, editFlags }) => {
    const items: MenuItemConstructorOptions[] = isEditable
      ? [
          { role: "cut", enabled: editFlags.canCut },
          { role: "copy", enabled: editFlags.canCopy },
          { role: "paste", enabled: editFlags.canPaste },
          { type: "separator" },
          { role: "selectAll" },
        ]
      : [{ role: "copy", enabled: editFlags.canCopy }];
    if (isEditable || selectionText.trim() !== "") Menu.buildFromTemplate(items).popup();
  });
}
