import type { PageProps } from "../../app/pages";
import { RunListPage } from "./RunListPage";

/** The runs, or one of them. */
export default function GridPage({ params }: PageProps) {
  void params;
  return <RunListPage />;
}
