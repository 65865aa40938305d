/** The reviews there are, the newest first. */
import { useState } from "react";
import { ask } from "../../api/client";
import { useLoaded } from "../../api/load";
import { useActions } from "../../app/actions";
import { Bar } from "../../app/Bar";
import { Link } from "../../app/Link";
import { address, changeQuery, navigate, useQuery } from "../../app/router";
import { useTitle } from "../../app/title";
import { moment } from "../../i18n/figures";
import { frame } from "../../i18n/frame";
import { useLanguage, useWords } from "../../i18n/words";
import { Button } from "../../ui/Button";
import { Grid, type GridAt, type GridColumn } from "../../ui/Grid";
import { Empty, Loading, ProblemNote } from "../../ui/Told";
import { NewDialog } from "./NewDialog";
import { useWho, Who } from "./who";
import { words } from "./words";

const LIMIT = 200;

export function ReviewList() {
  const t = useWords(words);
  const f = useWords(frame);
  const spoken = useLanguage();
  const name = useWho();
  const [isNew] = useQuery("new");
  const listed = useLoaded("reviews", (signal) => ask("list_reviews", { limit: LIMIT }, { signal }));
  const [at, setAt] = useState<GridAt>({ row: 0, column: 0 });
  const reviews = listed.data?.reviews ?? [];
  useTitle(t.reviews);
  const to = (row: number): string => address("/review/:review", { review: reviews[row]?.id ?? "" });
  const open = (row: number): void => {
    if (reviews[row]) navigate(to(row));
  };
  const step = (by: number): void =>
    setAt((now) => ({ ...now, row: Math.max(0, Math.min(reviews.length - 1, now.row + by)) }));
  const make = (): void => changeQuery({ new: "1" });
  useActions([
    { id: "reviews-move", label: f.move, keys: "ArrowUp ArrowDown", inStatus: true },
    { id: "reviews-j", label: f.move, keys: "j", onlyKeys: true, run: () => step(1) },
    { id: "reviews-k", label: f.move, keys: "k", onlyKeys: true, run: () => step(-1) },
    { id: "reviews-open", label: f.open, keys: "Enter", inStatus: true, run: () => open(at.row) },
    { id: "reviews-new", label: t.newReview, keys: "n", inStatus: true, run: make },
  ]);
  const columns: GridColumn[] = [
    { key: "title", head: t.review, width: 200, grow: 2, frozen: true },
    { key: "kind", head: t.kind, width: 110 },
    { key: "runs", head: t.runs, width: 280, grow: 2 },
    { key: "items", head: t.items, width: 80, align: "end" },
    { key: "answers", head: t.answers, width: 90, align: "end" },
    { key: "people", head: t.reviewers, width: 160, grow: 1 },
    { key: "made", head: t.made, width: 130 },
  ];
  const cell = (row: number, column: number) => {
    const each = reviews[row];
    if (!each) return null;
    return [
      <Link key="t" className="line theirs" to={to(row)} tabIndex={-1}>
        {each.title || each.id}
      </Link>,
      t[each.kind],
      <span key="r" className="line theirs mono soft">
        {each.other ? `${each.run} · ${each.other}` : each.run}
      </span>,
      each.items,
      each.answers,
      <span key="p" className="line theirs soft">
        {each.reviewers.join(", ")}
      </span>,
      moment(each.made_ms, spoken),
    ][column];
  };
  return (
    <>
      <Bar title={<h1>{t.reviews}</h1>}>
        {listed.data && <Who name={name || listed.data.you} />}
        <Button primary icon="plus" onClick={make}>
          {t.newReview}
        </Button>
      </Bar>
      <div className="content">
        {listed.problem && <ProblemNote problem={listed.problem} onAgain={listed.reload} />}
        {!listed.data && listed.loading ? (
          <Loading />
        ) : reviews.length === 0 && !listed.problem ? (
          <Empty title={t.noReviews}>
            <p>{t.noReviewsHow}</p>
          </Empty>
        ) : (
          <Grid
            label={t.reviews}
            columns={columns}
            rows={reviews.length}
            version={(row) => `${reviews[row]?.id} ${reviews[row]?.touched_ms}`}
            drawing={reviews}
            cell={cell}
            at={at}
            onAt={setAt}
            onOpen={({ row }) => open(row)}
          />
        )}
      </div>
      {isNew && <NewDialog onClose={() => changeQuery({ new: "", run: "", other: "" })} />}
    </>
  );
}
