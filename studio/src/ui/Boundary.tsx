/** A page that fails says so in its place; the frame stays. */
import { Component, type ReactNode } from "react";
import { type Problem, problemOf } from "../api/problem";
import { ProblemNote } from "./Told";

export class Boundary extends Component<{ children: ReactNode }, { problem: Problem | null }> {
  override state: { problem: Problem | null } = { problem: null };

  static getDerivedStateFromError(error: unknown): { problem: Problem } {
    return { problem: problemOf(error) };
  }

  override render(): ReactNode {
    if (!this.state.problem) return this.props.children;
    return <ProblemNote problem={this.state.problem} onAgain={() => this.setState({ problem: null })} />;
  }
}
