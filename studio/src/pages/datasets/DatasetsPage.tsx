import type { PageProps } from "../../app/pages";
import { DatasetPage } from "./DatasetPage";
import { FileList } from "./FileList";
import "../../ui/trace/trace.css";
import "../../look/lists.css";
import "./datasets.css";

export default function DatasetsPage({ params }: PageProps) {
  return params.path ? <DatasetPage key={params.path} path={params.path} /> : <FileList />;
}
