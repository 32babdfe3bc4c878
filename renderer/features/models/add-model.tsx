import { Plus } from "lucide-react";
import { useState } from "react";
import { useApi } from "../../client/context.tsx";
import { Button } from "../../ui/button.tsx";
import { cardClass } from "../../ui/page.tsx";
import { SourceForm } from "./source-form.tsx";

/** Puts a further model on the list; it is downloaded only when that is asked for. */
export function AddModel() {
  const api = useApi();
  const [open, setOpen] = useState(false);
  if (!open) {
    return (
      <Button className="self-start" onClick={() => setOpen(true)}>
        <Plus className="size-4" aria-hidden />
        Add a model to the list
      </Button>
    );
  }
  return (
    <div className={`${cardClass} px-5 py-4`}>
      <SourceForm
        action="Add to the list"
        onCancel={() => setOpen(false)}
        onSubmit={(given) => api.models.addEntry(given).then(() => setOpen(false))}
      />
    </div>
  );
}
