/** Filters of the list: typed into the field, chosen in a window, shown as chips; and named views of them. */
import { useEffect, useState } from "react";
import { Link } from "../../app/Link";
import { changeQuery } from "../../app/router";
import { notify } from "../../app/toasts";
import { kindName } from "../../i18n/kinds";
import { useWords } from "../../i18n/words";
import { useStore } from "../../state/store";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { FilterField, SelectField, SuggestField } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { FIELDS, type Field, type Filters, readFilters, views } from "./filters";
import { words } from "./words";

const KINDS = ["step", "model", "search", "rerank", "embed", "tool", "agent", "guard", "scorer", "scoring"];

function useShownValue(): (field: Field, value: string) => string {
  const t = useWords(words);
  return (field, value) => {
    if (field === "kind") return kindName(value);
    if (field === "status" && (value === "ok" || value === "failed")) return t[value];
    if (field === "scoring" && value === "yes") return t.yes;
    if (field === "rated" && (value === "up" || value === "down" || value === "yes")) return t[`rated_${value}`];
    if (field === "cached" && (value === "yes" || value === "no")) return t[value];
    return value;
  };
}

/** The words that are looked for, and filters typed by name. */
export function SearchField({ filters }: { filters: Filters }) {
  const t = useWords(words);
  const q = filters.q ?? "";
  const [text, setText] = useState(q);
  useEffect(() => setText(q), [q]);
  const apply = (typed: string): void => changeQuery({ ...readFilters(typed), peek: "" });
  useEffect(() => {
    if (text === q || /\S[:：]/.test(text)) return;
    const timer = setTimeout(() => changeQuery({ q: text.trim(), peek: "" }), 250);
    return () => clearTimeout(timer);
  }, [text, q]);
  return (
    <FilterField
      id="traces-filter"
      aria-label={t.search}
      placeholder={`${t.search}  /`}
      className="input search-wide"
      value={text}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== "Escape") return;
        event.preventDefault();
        if (event.key === "Enter") apply(text);
        event.currentTarget.blur();
        document.querySelector<HTMLElement>("[role=grid]")?.focus();
      }}
    />
  );
}

export function FilterChips({ filters }: { filters: Filters }) {
  const t = useWords(words);
  const shownValue = useShownValue();
  const all = FIELDS.filter((field) => field !== "q" && filters[field]);
  if (all.length === 0) return null;
  return (
    <>
      <ul className="filter-chips">
        {all.map((field) => {
          const value = shownValue(field, filters[field] ?? "");
          return (
            <li key={field} className="filter-chip">
              <span className="dim">{t[`f_${field}`]}</span>
              <span className="theirs">{value}</span>
              <button
                type="button"
                aria-label={t.without(`${t[`f_${field}`]} ${value}`)}
                onClick={() => changeQuery({ [field]: "", peek: "" })}
              >
                <Icon name="close" size={12} />
              </button>
            </li>
          );
        })}
      </ul>
      <Button quiet className="small" onClick={() => changeQuery(emptied)}>
        {t.clear}
      </Button>
    </>
  );
}

const emptied = Object.fromEntries([...FIELDS, "peek"].map((field) => [field, ""]));

interface DialogProps {
  filters: Filters;
  names: readonly string[];
  models: readonly string[];
  onClose: () => void;
}

export function FilterDialog({ filters, names, models, onClose }: DialogProps) {
  const t = useWords(words);
  const [draft, setDraft] = useState<Filters>(filters);
  const set = (field: Field) => (event: { target: { value: string } }) =>
    setDraft((now) => ({ ...now, [field]: event.target.value.trim() }));
  const value = (field: Field): string => draft[field] ?? "";
  const apply = (): void => {
    changeQuery({ ...emptied, ...draft });
    onClose();
  };
  return (
    <Dialog
      title={t.filtersLong}
      onClose={onClose}
      wide={640}
      foot={
        <>
          <Button onClick={() => setDraft({})}>{t.clear}</Button>
          <Button primary type="submit" form="trace-filters">
            {t.apply}
          </Button>
        </>
      }
    >
      <form
        id="trace-filters"
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          apply();
        }}
      >
        <SelectField label={t.f_status} value={value("status")} onChange={set("status")}>
          <option value="">{t.any}</option>
          <option value="ok">{t.ok}</option>
          <option value="failed">{t.failed}</option>
        </SelectField>
        <SelectField label={t.f_cached} value={value("cached")} onChange={set("cached")}>
          <option value="">{t.any}</option>
          <option value="yes">{t.yes}</option>
          <option value="no">{t.no}</option>
        </SelectField>
        <SelectField label={t.f_rated} value={value("rated")} onChange={set("rated")}>
          <option value="">{t.any}</option>
          <option value="yes">{t.rated_yes}</option>
          <option value="up">{t.rated_up}</option>
          <option value="down">{t.rated_down}</option>
        </SelectField>
        <SelectField label={t.f_scoring} hint={t.scoringHint} value={value("scoring")} onChange={set("scoring")}>
          <option value="">{t.leftOut}</option>
          <option value="yes">{t.yes}</option>
        </SelectField>
        <SuggestField label={t.f_kind} of={KINDS} value={value("kind")} onChange={set("kind")} />
        <SuggestField label={t.f_name} hint={t.nameHint} of={names} value={value("name")} onChange={set("name")} />
        <SuggestField label={t.f_model} of={models} value={value("model")} onChange={set("model")} />
        <SuggestField
          label={t.f_run}
          hint={t.runHint}
          of={["last", "none"]}
          value={value("run")}
          onChange={set("run")}
        />
        <SuggestField
          label={t.f_min}
          hint={t.msHint}
          of={["100ms", "1s", "10s"]}
          value={value("min")}
          onChange={set("min")}
        />
        <SuggestField
          label={t.f_max}
          hint={t.msHint}
          of={["100ms", "1s", "10s"]}
          value={value("max")}
          onChange={set("max")}
        />
        <SuggestField
          label={t.f_since}
          hint={t.sinceHint}
          of={["1h", "24h", "7d"]}
          value={value("since")}
          onChange={set("since")}
        />
      </form>
    </Dialog>
  );
}

export function ViewsDialog({ filters, onClose }: { filters: Filters; onClose: () => void }) {
  const t = useWords(words);
  const all = useStore(views);
  const [name, setName] = useState("");
  const query = new URLSearchParams(filters as Record<string, string>).toString();
  const save = (): void => {
    const called = name.trim();
    if (!called) return;
    views.set((now) => [...now.filter((each) => each.name !== called), { name: called, query }]);
    notify("ok", t.viewSaved(called));
    onClose();
  };
  return (
    <Dialog title={t.views} onClose={onClose}>
      {all.length === 0 && <p className="soft">{t.noViews}</p>}
      {all.length > 0 && (
        <ul className="views">
          {all.map((each) => (
            <li key={each.name} className="row">
              <Link className="grow line theirs" to={`/traces?${each.query}`} onClick={onClose}>
                {each.name}
              </Link>
              <span className="dim mono line theirs">{each.query}</span>
              <Button
                quiet
                icon="close"
                label={t.removeView(each.name)}
                onClick={() => views.set((now) => now.filter((one) => one.name !== each.name))}
              />
            </li>
          ))}
        </ul>
      )}
      {query && (
        <form
          className="row"
          onSubmit={(event) => {
            event.preventDefault();
            save();
          }}
        >
          <input
            className="input grow"
            aria-label={t.viewName}
            placeholder={t.viewName}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <Button primary type="submit" disabled={!name.trim()}>
            {t.saveView}
          </Button>
        </form>
      )}
    </Dialog>
  );
}
