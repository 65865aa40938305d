import type { PageProps } from "../../app/pages";
import { RunListPage } from "./RunListPage";
import { RunPage } from "./RunPage";
import "../../look/lists.css";
import "./grid.css";

/** The runs, or one of them. */
export default function GridPage({ params }: PageProps) {
  return params.run ? <RunPage key={params.run} run={params.run} /> : <RunListPage />;
}
