/** Reviews by people: the list, or one queue. */
import type { PageProps } from "../../app/pages";
import { QueuePage } from "./QueuePage";
import { ReviewList } from "./ReviewList";
import { useWho } from "./who";
import "../../ui/trace/trace.css";
import "../../look/lists.css";
import "./review.css";

export default function ReviewPage({ params }: PageProps) {
  const name = useWho();
  return params.review ? <QueuePage key={`${params.review} ${name}`} id={params.review} who={name} /> : <ReviewList />;
}
