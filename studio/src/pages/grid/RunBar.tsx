/** A run's top bar: what it is, and what can be done with it. */
import { ask, located } from "../../api/client";
import { Bar } from "../../app/Bar";
import { Link } from "../../app/Link";
import { address } from "../../app/router";
import { notify, notifyProblem } from "../../app/toasts";
import { moment } from "../../i18n/figures";
import { language, useLanguage, useWords } from "../../i18n/words";
import { jobs, noteJob, type RunHead } from "../../state/project";
import { useStore } from "../../state/store";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Menu } from "../../ui/Menu";
import { StatusChip } from "./StatusChip";
import { words } from "./words";

const FORMATS = [
  ["csv", "exportCsv"],
  ["jsonl", "exportJsonl"],
  ["md", "exportMd"],
  ["html", "exportHtml"],
] as const;

export function RunBar({
  run,
  head,
  onLaunch,
}: {
  run: string;
  head: RunHead | null;
  onLaunch: (kind: "run" | "plan") => void;
}) {
  const t = useWords(words);
  const spoken = useLanguage();
  const job = useStore(jobs, (all) =>
    [...all.values()].find((each) => each.run === (head?.id ?? run) && each.status === "running"),
  );
  const stop = async (): Promise<void> => {
    if (!job) return;
    try {
      noteJob(await ask("stop_job", { job: job.id }));
      notify("plain", t.stopping);
    } catch (error) {
      notifyProblem(error);
    }
  };
  const title = (
    <>
      <Link to="/runs">{t.runs}</Link>
      <span className="bar-sep">/</span>
      <h1 className="line theirs">{head?.target ?? run}</h1>
      {head && (
        <>
          <StatusChip status={head.status} />
          <span className="mono dim line" title={head.id}>
            {head.id}
          </span>
          <span className="dim line theirs">{head.data}</span>
          <span className="dim line">{moment(head.started_ms, spoken)}</span>
          {head.stopped_by && <span className="dim line theirs">{t.stoppedBy(head.stopped_by)}</span>}
        </>
      )}
    </>
  );
  return (
    <Bar title={title}>
      {job && head?.status === "running" && (
        <Button danger icon="stop" onClick={() => void stop()}>
          {t.stop}
        </Button>
      )}
      <Link className="button" to={address("/compare", {}, { b: head?.id ?? run })}>
        <Icon name="compare" size={14} />
        {t.compareRuns}
      </Link>
      <Menu
        label={t.export}
        icon="save"
        items={FORMATS.map(([format, word]) => ({
          id: format,
          label: t[word],
          icon: "file" as const,
          href: located("export_run", { run, format, lang: language.get() }).url,
        }))}
      />
      <Button icon="plan" onClick={() => onLaunch("plan")}>
        {t.plan}
      </Button>
      <Button primary icon="play" onClick={() => onLaunch("run")}>
        {t.run}
      </Button>
    </Bar>
  );
}
