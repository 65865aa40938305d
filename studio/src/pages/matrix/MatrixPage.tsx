import type { PageProps } from "../../app/pages";
import { MatrixListPage } from "./MatrixListPage";
import { OneMatrix } from "./OneMatrix";
import "../../look/lists.css";
import "./matrix.css";

/** The matrices, or one of them. */
export default function MatrixPage({ params }: PageProps) {
  return params.matrix ? <OneMatrix key={params.matrix} matrix={params.matrix} /> : <MatrixListPage />;
}
