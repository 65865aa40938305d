import type { PageProps } from "../../app/pages";
import { PromptList } from "./PromptList";
import { PromptPage } from "./PromptPage";
import "../../ui/trace/trace.css";
import "../../look/lists.css";
import "./prompts.css";

export default function PromptsPage({ params }: PageProps) {
  return params.name ? <PromptPage key={params.name} name={params.name} /> : <PromptList />;
}
