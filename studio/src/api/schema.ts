// Written by `npm run types` from the API's document. Do not edit.
export interface paths {
    "/api/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The audit log, the newest first. */
        get: operations["list_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit-checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the audit log is whole. */
        get: operations["check_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/case-rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Cases as rows of a regression test. */
        get: operations["export_cases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The board: cases by status. */
        get: operations["list_cases"];
        put?: never;
        /** Make a case of a failing row. */
        post: operations["open_case"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cases/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One case whole: rows and history. */
        get: operations["get_case"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cases/{number}/note": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Write a note on a case. */
        post: operations["note_case"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cases/{number}/owner": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a case to somebody, or to nobody. */
        post: operations["assign_case"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cases/{number}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Triage a case, close it, open it again. */
        post: operations["move_case"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Two runs, side by side. */
        get: operations["compare_runs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compare/candidates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Several runs beside one. */
        get: operations["compare_candidates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dataset-checks/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Look for repeated rows, or for rows that another dataset has, too. */
        get: operations["check_dataset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dataset-history/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Its commits, and the runs over it. */
        get: operations["get_dataset_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dataset-rows/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One row, whole. */
        get: operations["get_dataset_row"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dataset-splits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Divide it by the hash of each input. */
        post: operations["split_dataset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The datasets of the project. */
        get: operations["list_datasets"];
        put?: never;
        /** Make a dataset. */
        post: operations["create_dataset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A page of its rows. */
        get: operations["get_dataset"];
        /** Write one row anew. */
        put: operations["put_row"];
        /** Add rows at its end. */
        post: operations["add_rows"];
        /** Remove one row. */
        delete: operations["remove_row"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Follow the project: runs, jobs, files and cases that are new or changed. */
        get: operations["events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{job}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One job. */
        get: operations["get_job"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{job}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop a job as Ctrl-C does; a second time at once. */
        post: operations["stop_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** API keys, the newest first. */
        get: operations["list_keys"];
        put?: never;
        /** Make a key; the answer alone holds its secret. */
        post: operations["make_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One key. */
        get: operations["get_key"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys/{key}/budgets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a key, or its owner, may spend. */
        post: operations["set_budget"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys/{key}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a key. */
        post: operations["revoke_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys/{key}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new secret for a key; the answer alone holds it. */
        post: operations["rotate_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/knowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The knowledge bases of the project. */
        get: operations["list_bases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/knowledge/{base}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is in one. */
        get: operations["get_base"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/knowledge/{base}/ask": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** An answer from its documents. */
        post: operations["ask_base"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/knowledge/{base}/build": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bring it up to date with its sources. */
        post: operations["build_base"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/knowledge/{base}/document": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A document with its chunks in place. */
        get: operations["get_document"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/knowledge/{base}/documents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Its documents. */
        get: operations["list_documents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/knowledge/{base}/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a question finds, and why. */
        post: operations["search_base"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/matrices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Models and prompts side by side: the matrices, the newest first. */
        get: operations["list_matrices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/matrices/{matrix}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One matrix: variants by scorers, differences to the baseline, rows that break. */
        get: operations["get_matrix"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/monitor/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Alerts with their state. */
        get: operations["get_alerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/monitor/business": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sessions, people and events. */
        get: operations["get_business"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/monitor/choices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What there is to filter by. */
        get: operations["get_choices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/monitor/kinds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Kinds of errors or of cache hits over time. */
        get: operations["get_kinds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/monitor/processes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Processes and GPUs over time. */
        get: operations["get_processes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/monitor/quality": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Scores and ratings over time. */
        get: operations["get_quality"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/monitor/speed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Quantiles of durations over time. */
        get: operations["get_speed"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/monitor/topics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What people asked about. */
        get: operations["get_topics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/monitor/traffic": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Requests, errors, tokens and money over time. */
        get: operations["get_traffic"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a run would do; sends nothing and writes nothing. */
        post: operations["plan_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/playground": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Variants side by side: events `start`, `delta`, `done`, `end`. Closing the stream stops them. */
        post: operations["playground"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prompt-calls/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Calls that asked with it. */
        get: operations["list_prompt_calls"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prompt-checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Whether a text could be used. */
        post: operations["check_prompt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prompt-diffs/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Two versions, word by word. */
        get: operations["diff_prompt"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prompt-renderings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a model would get. */
        post: operations["render_prompt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prompts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The prompts of the project. */
        get: operations["list_prompts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prompts/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One prompt with its versions. */
        get: operations["get_prompt"];
        /** Write a prompt file; refused where it could not be used. */
        put: operations["put_prompt"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/releases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Releases and which was served when. */
        get: operations["list_releases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Requests to the gateway, the newest first. */
        get: operations["list_requests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reviews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the reviews, the newest first. */
        get: operations["list_reviews"];
        put?: never;
        /** Make a review of one run, or of two in pairs. */
        post: operations["make_review"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reviews/{review}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A review as one person sees it. */
        get: operations["get_review"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reviews/{review}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a person's answers final, and let them see the result. */
        post: operations["end_review"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reviews/{review}/items/{place}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One item as one person sees it. */
        get: operations["get_review_item"];
        /** Keep an answer; the last one of a person and item counts. */
        put: operations["put_answer"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reviews/{review}/result": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the answers come to, for one who is done. */
        get: operations["get_result"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reviews/{review}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a person's last answer back. */
        post: operations["undo_answer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the runs, the newest first. */
        get: operations["list_runs"];
        put?: never;
        /** Start a run; its job says which it is. */
        post: operations["start_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{run}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One run in a line. */
        get: operations["get_run"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{run}/cells/{index}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One call, whole. */
        get: operations["get_cell"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{run}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A run as CSV, JSON lines, a Markdown table or an HTML report. */
        get: operations["export_run"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{run}/grid": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A page of a run's grid. */
        get: operations["get_grid"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{run}/items/{index}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One item, whole. */
        get: operations["get_item"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{run}/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Follow a run: rows as they come, text that is being written, the end. */
        get: operations["live_run"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{run}/why": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What made calls of a run run instead of being found. */
        get: operations["why_run"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Conversations, those with the newest turns first. */
        get: operations["list_sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One conversation as turns. */
        get: operations["get_session"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the studio is. */
        get: operations["status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/targets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The steps of the project, read from its sources: nothing is imported. */
        get: operations["list_targets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/traces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Traces, newest first. */
        get: operations["list_traces"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/traces/{trace}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One trace as columns, without bodies. */
        get: operations["get_trace"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/traces/{trace}/case": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a case of a trace. */
        post: operations["open_trace_case"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/traces/{trace}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A recorded trace again, from a change on, without side effects. */
        post: operations["replay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/traces/{trace}/spans/{span}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One span and what was kept of it; long bodies are cut. */
        get: operations["get_span"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/traces/{trace}/spans/{span}/body": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The whole input or output of a span. */
        get: operations["get_body"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/traces/{trace}/spans/{span}/playground": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the playground opens with for a span. */
        get: operations["find_span_inputs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/traces/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Traces as they end: events `traces`. */
        get: operations["live_traces"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * AddRows
         * @description Rows for the end of a file.
         */
        AddRows: {
            /** @default  */
            digest: string;
            rows: components["schemas"]["NewRow"][];
        };
        /**
         * Agreement
         * @description How far reviewers say the same.
         */
        Agreement: {
            alpha: components["schemas"]["ReviewFigure"] | null;
            criterion: string;
            items: number;
            kappa: components["schemas"]["ReviewFigure"] | null;
            reviewers: number;
            same: components["schemas"]["ReviewFigure"] | null;
            /** @enum {unknown} */
            why: "" | "all_same" | "nothing_common" | "one_reviewer";
        };
        /**
         * AlertLine
         * @description One alert: as it is set, and when it fired last.
         */
        AlertLine: {
            limit: number | null;
            name: string;
            of: string;
            rule: string;
            since_ms: number | null;
            /** @enum {unknown} */
            state: "firing" | "over" | "well";
            until_ms: number | null;
            value: number | null;
        };
        /**
         * Alerts
         * @description All alerts.
         */
        Alerts: {
            alerts: components["schemas"]["AlertLine"][];
            /** @default  */
            problem: string;
        };
        /**
         * Alike
         * @description Rows that say the same, or nearly.
         */
        Alike: {
            /** @enum {unknown} */
            kind: "exact" | "near" | "normalised";
            lines: number[];
            /** @default [] */
            others: number[];
            /** @default [] */
            previews: string[];
            similarity: number;
        };
        /**
         * AnswerBody
         * @description What a person says of an item.
         */
        AnswerBody: {
            /** @default  */
            comment: string;
            /** @default {} */
            marks: {
                [key: string]: number;
            };
            reviewer: string;
            /** @default 0 */
            seen: number;
            /** @default 0 */
            spent_ms: number;
            /**
             * @default
             * @enum {unknown}
             */
            verdict: "" | "bad" | "left" | "right" | "skip" | "tie";
        };
        /**
         * AnswerCitation
         * @description Where a sentence of an answer stands.
         */
        AnswerCitation: {
            doc: string;
            end: number;
            page: number;
            path: string;
            quote: string;
            section: string[];
            sentence: string;
            start: number;
            support: number;
        };
        /**
         * AnswerKept
         * @description An answer that is kept now, and where to go on.
         */
        AnswerKept: {
            answer: components["schemas"]["GivenAnswer"];
            left: number;
            next: number | null;
            replaced: components["schemas"]["GivenAnswer"] | null;
            /** @enum {unknown} */
            state: 0 | 1 | 2 | 3 | 4;
        };
        /**
         * AskAskings
         * @description Whose calls.
         */
        AskAskings: {
            /** @default 100 */
            limit: number;
            name: string;
            /**
             * @default
             * @enum {unknown}
             */
            only: "" | "failed";
            /** @default  */
            version: string;
        };
        /**
         * AskAudit
         * @description Which entries, the newest first.
         */
        AskAudit: {
            /** @default  */
            action: string;
            /** @default 0 */
            before: number;
            /** @default 100 */
            limit: number;
            /** @default  */
            object: string;
        };
        /**
         * AskBase
         * @description A question to be answered.
         */
        AskBase: {
            /** @default  */
            as: string;
            /** @default [] */
            groups: string[];
            /** @default null */
            k: number | null;
            /** @default  */
            model: string;
            query: string;
        };
        /**
         * AskCandidates
         * @description Which runs, which rows.
         */
        AskCandidates: {
            a: string;
            b: string[];
            /** @default 100 */
            limit: number;
            /** @default 0 */
            offset: number;
            /** @default  */
            on: string;
            /**
             * @default
             * @enum {unknown}
             */
            only: "" | "broken" | "changed" | "fixed";
            /** @default  */
            q: string;
            /** @default  */
            sort: string;
        };
        /**
         * AskCase
         * @description Which case.
         */
        AskCase: {
            number: number;
        };
        /**
         * AskCases
         * @description Which cases.
         */
        AskCases: {
            /** @default  */
            owner: string;
            /** @default  */
            target: string;
        };
        /**
         * AskCheck
         * @description Which file, perhaps against which other.
         */
        AskCheck: {
            /** @default  */
            against: string;
            /** @default  */
            keys: string;
            path: string;
            /** @default 0.8 */
            threshold: number;
        };
        /**
         * AskComparison
         * @description Which runs, which rows.
         */
        AskComparison: {
            a: string;
            b: string;
            /** @default ok */
            by: string;
            /** @default  */
            key: string;
            /** @default 100 */
            limit: number;
            /** @default 0 */
            offset: number;
            /**
             * @default
             * @enum {unknown}
             */
            only: "" | "broken" | "changed" | "fixed" | "unpaired";
            /** @default  */
            q: string;
            /** @default  */
            sort: string;
            /** @default  */
            value: string;
        };
        /**
         * AskDataset
         * @description Which page of which file.
         */
        AskDataset: {
            /** @default 100 */
            limit: number;
            /** @default 0 */
            offset: number;
            /**
             * @default
             * @enum {unknown}
             */
            only: "" | "bad";
            path: string;
            /** @default  */
            q: string;
        };
        /**
         * AskDocument
         * @description Which document, through whose eyes.
         */
        AskDocument: {
            /** @default false */
            all: boolean;
            /** @default  */
            as: string;
            base: string;
            doc: string;
            /** @default  */
            groups: string;
            /** @default 0 */
            start: number;
        };
        /**
         * AskDocuments
         * @description Which documents, through whose eyes.
         */
        AskDocuments: {
            /** @default false */
            all: boolean;
            /** @default  */
            as: string;
            base: string;
            /** @default  */
            groups: string;
            /** @default 100 */
            limit: number;
            /** @default 0 */
            offset: number;
            /**
             * @default
             * @enum {unknown}
             */
            only: "" | "problems" | "restricted";
            /** @default  */
            q: string;
        };
        /**
         * AskedCriterion
         * @description One thing that an item is marked by.
         */
        AskedCriterion: {
            high: number;
            low: number;
            name: string;
        };
        /**
         * AskedQuestion
         * @description One question, with its trace.
         */
        AskedQuestion: {
            at_ms: number;
            text: string;
            trace: string;
            unanswered: boolean;
        };
        /**
         * AskExport
         * @description Cases as rows of a regression test.
         */
        AskExport: {
            /** @default  */
            numbers: string;
            /** @default  */
            target: string;
        };
        /**
         * AskFile
         * @description Which file.
         */
        AskFile: {
            path: string;
        };
        /**
         * AskKey
         * @description One key, by its id.
         */
        AskKey: {
            key: string;
        };
        /**
         * AskKeys
         * @description Which keys.
         */
        AskKeys: {
            /** @default false */
            all: boolean;
        };
        /**
         * AskKinds
         * @description Counts by kind.
         */
        AskKinds: {
            /** @default  */
            key: string;
            /** @default  */
            model: string;
            /**
             * @default errors
             * @enum {unknown}
             */
            of: "errors" | "hits";
            /** @default  */
            release: string;
            /** @default  */
            served: string;
            /** @default 0 */
            since_ms: number;
            /** @default 0 */
            until_ms: number;
        };
        /**
         * AskMatrices
         * @description Which matrices.
         */
        AskMatrices: {
            /** @default  */
            target: string;
        };
        /**
         * AskMatrix
         * @description Which matrix, and which of its rows that break.
         */
        AskMatrix: {
            /** @default 100 */
            limit: number;
            matrix: string;
            /** @default 0 */
            offset: number;
            /** @default  */
            only: string;
            /** @default  */
            scorer: string;
        };
        /**
         * AskMonitor
         * @description A stretch of time, and of what. Without times it is the last hour.
         */
        AskMonitor: {
            /** @default  */
            key: string;
            /** @default  */
            model: string;
            /** @default  */
            release: string;
            /** @default  */
            served: string;
            /** @default 0 */
            since_ms: number;
            /** @default 0 */
            until_ms: number;
        };
        /**
         * AskOfBase
         * @description Which base.
         */
        AskOfBase: {
            base: string;
        };
        /**
         * AskPrompt
         * @description Which prompt, at which version.
         */
        AskPrompt: {
            name: string;
            /** @default  */
            version: string;
        };
        /**
         * AskPromptDiff
         * @description Which two versions of a prompt; empty: the file's.
         */
        AskPromptDiff: {
            /** @default  */
            after: string;
            before: string;
            name: string;
        };
        /**
         * AskRemoval
         * @description Which row of which file goes.
         */
        AskRemoval: {
            digest: string;
            line: number;
            path: string;
        };
        /**
         * AskRequests
         * @description Which requests, the newest first.
         */
        AskRequests: {
            /** @default  */
            before: string;
            /** @default  */
            cached: string;
            /** @default  */
            error: string;
            /**
             * @default
             * @enum {unknown}
             */
            flag: "" | "degraded" | "guarded" | "refused" | "unanswered";
            /** @default  */
            key: string;
            /** @default 100 */
            limit: number;
            /** @default 0 */
            min_ms: number;
            /** @default  */
            model: string;
            /**
             * @default
             * @enum {unknown}
             */
            rated: "" | "down" | "up" | "yes";
            /** @default  */
            release: string;
            /** @default  */
            served: string;
            /** @default  */
            session: string;
            /** @default 0 */
            since_ms: number;
            /** @default  */
            status: string;
            /** @default 0 */
            until_ms: number;
            /** @default  */
            user: string;
        };
        /**
         * AskRow
         * @description Which row of which file.
         */
        AskRow: {
            line: number;
            path: string;
        };
        /**
         * AskSession
         * @description Which conversation, and which of its turns.
         */
        AskSession: {
            /** @default  */
            before: string;
            session: string;
        };
        /**
         * AskSpeed
         * @description Durations.
         */
        AskSpeed: {
            /**
             * @default
             * @enum {unknown}
             */
            by: "" | "key" | "model" | "release" | "served";
            /** @default  */
            key: string;
            /** @default  */
            model: string;
            /**
             * @default total
             * @enum {unknown}
             */
            of: "first" | "token" | "total";
            /** @default  */
            release: string;
            /** @default  */
            served: string;
            /** @default 0 */
            since_ms: number;
            /** @default 0 */
            until_ms: number;
        };
        /**
         * AskTopics
         * @description Questions.
         */
        AskTopics: {
            /** @default  */
            key: string;
            /** @default  */
            model: string;
            /**
             * @default
             * @enum {unknown}
             */
            only: "" | "unanswered";
            /** @default  */
            release: string;
            /** @default  */
            served: string;
            /** @default 0 */
            since_ms: number;
            /** @default 0 */
            until_ms: number;
        };
        /**
         * AskTraceCase
         * @description Of which trace.
         */
        AskTraceCase: {
            trace: string;
        };
        /**
         * AskTraffic
         * @description Figures, kept apart by one thing.
         */
        AskTraffic: {
            /**
             * @default
             * @enum {unknown}
             */
            by: "" | "key" | "model" | "release" | "served";
            /** @default  */
            key: string;
            /** @default  */
            model: string;
            /** @default  */
            release: string;
            /** @default  */
            served: string;
            /** @default 0 */
            since_ms: number;
            /** @default 0 */
            until_ms: number;
        };
        /**
         * AssignCase
         * @description To whom; empty: to nobody.
         */
        AssignCase: {
            owner: string;
        };
        /**
         * AuditChain
         * @description Whether the log is whole.
         */
        AuditChain: {
            broken_at: number | null;
            detail: string;
            entries: number;
            hash: string;
        };
        /**
         * AuditEntry
         * @description One entry.
         */
        AuditEntry: {
            action: string;
            actor: string;
            at_ms: number;
            hash: string;
            n: number;
            object: string;
            said: unknown;
        };
        /**
         * AuditLog
         * @description A page of the log.
         */
        AuditLog: {
            entries: components["schemas"]["AuditEntry"][];
            next: number;
        };
        /**
         * Base
         * @description What is in a base, counted over every document.
         */
        Base: {
            /** @default  */
            built: string;
            /** @default 0 */
            by_keywords: number;
            /** @default 0 */
            bytes: number;
            /** @default 0 */
            chunks: number;
            /** @default 0 */
            documents: number;
            /** @default  */
            embedder: string;
            /** @default {} */
            formats: {
                [key: string]: number;
            };
            /** @default  */
            fusion: string;
            /** @default [] */
            groups: string[];
            is_built: boolean;
            /** @default 0 */
            k: number;
            /** @default {} */
            languages: {
                [key: string]: number;
            };
            /** @default [] */
            left_out: string[];
            /** @default {} */
            lengths: {
                [key: string]: number;
            };
            /** @default  */
            mode: string;
            name: string;
            /** @default {} */
            problems: {
                [key: string]: number;
            };
            /** @default  */
            rerank: string;
            /** @default 0 */
            restricted: number;
            /** @default  */
            snapshot: string;
            sources: string[];
            /** @default [] */
            troubled: components["schemas"]["TroubledDocument"][];
            /** @default 0 */
            troubled_total: number;
            /** @default 0 */
            vectors: number;
        };
        /**
         * BaseAnswer
         * @description An answer from the documents.
         */
        BaseAnswer: {
            answer: string;
            citations: components["schemas"]["AnswerCitation"][];
            degraded: string;
            mode: string;
            notes: string[];
            trace: string;
            unsupported: string[];
        };
        /**
         * BaseDocument
         * @description One document of a list.
         */
        BaseDocument: {
            chunks: number;
            doc: string;
            format: string;
            language: string;
            modified: string;
            pages: number;
            path: string;
            problems: number;
            readers: string[] | null;
            title: string;
        };
        /**
         * BaseHead
         * @description One base of loomwork.toml.
         */
        BaseHead: {
            is_built: boolean;
            name: string;
            sources: string[];
        };
        /**
         * BaseList
         * @description All bases.
         */
        BaseList: {
            bases: components["schemas"]["BaseHead"][];
        };
        /**
         * Batch
         * @description Rows that are new or changed, whole, and what else changed since the last message.
         */
        Batch: {
            columns: components["schemas"]["Column"][] | null;
            /** @enum {unknown} */
            event: "batch";
            head: components["schemas"]["RunHead"] | null;
            rows: components["schemas"]["GridRow"][];
        };
        /**
         * Beneath
         * @description A call that this one made.
         */
        Beneath: {
            kind: string;
            ms: number;
            preview: string;
            span: string;
            /** @enum {unknown} */
            state: 0 | 1 | 2 | 3 | 4 | 5;
            step: string;
            trace: string;
        };
        /**
         * Body
         * @description An input or an output.
         */
        Body: {
            chars: number;
            json: unknown;
            more: boolean;
            /** @enum {unknown} */
            state: "lost" | "opaque" | "whole";
            text: string;
        };
        /**
         * BodyAsked
         * @description Which body.
         */
        BodyAsked: {
            /**
             * @default text
             * @enum {unknown}
             */
            form: "json" | "raw" | "text";
            /**
             * @default output
             * @enum {unknown}
             */
            side: "input" | "output";
            span: string;
            trace: string;
        };
        /**
         * BrokenCell
         * @description One row under one variant.
         */
        BrokenCell: {
            error: string;
            index: number;
            passes: boolean | null;
            preview: string;
            trial: number;
            value: number | null;
        };
        /**
         * BrokenRow
         * @description A row that passes under some variants and fails under others.
         */
        BrokenRow: {
            cells: components["schemas"]["BrokenCell"][];
            input: string;
            row: number;
            scorer: string;
        };
        /**
         * Budgeted
         * @description What of the passages fitted into the context.
         */
        Budgeted: {
            kept: number;
            left_out: number;
            limit: number;
            used: number;
        };
        /**
         * BudgetLine
         * @description What a key or its owner may spend in a period, and how far that is spent.
         */
        BudgetLine: {
            held: number;
            holder: string;
            most: number;
            /** @enum {unknown} */
            period: "day" | "month" | "total";
            spent: number;
            text: string;
            unit: string;
        };
        /**
         * BuildBase
         * @description How to build.
         */
        BuildBase: {
            /** @default false */
            fresh: boolean;
        };
        /**
         * Business
         * @description Sessions, people who came back, and events tied to sessions.
         */
        Business: {
            events: components["schemas"]["EventLine"][];
            returning: number;
            sessions: number;
            users: number;
        };
        /**
         * CallBeneath
         * @description A step call that a call made and whose result it used.
         */
        CallBeneath: {
            call: string;
            kind: string;
            span: string;
            step: string;
            trace: string;
        };
        /**
         * Calls
         * @description How many requests; `max` null: unknowable.
         */
        Calls: {
            max: number | null;
            min: number;
        };
        /**
         * Candidate
         * @description A passage that a search looked at.
         */
        Candidate: {
            doc: string;
            final_rank: number;
            joined: number;
            joined_rank: number;
            moved: string;
            placed: components["schemas"]["Placed"][];
            preview: string;
            rerank_rank: number;
            rerank_score: number | null;
            start: number;
            terms: string[];
            title: string;
        };
        /**
         * CandidateCell
         * @description What one candidate made of a row.
         */
        CandidateCell: {
            deltas: {
                [key: string]: number;
            };
            side: components["schemas"]["ComparedSide"];
            /** @enum {unknown} */
            state: "both_failed" | "broken" | "changed" | "fixed" | "only_a" | "only_b" | "same";
        };
        /**
         * CandidateFigure
         * @description One figure of all runs; its name is as in a comparison of two.
         */
        CandidateFigure: {
            /** @enum {unknown} */
            better: "higher" | "lower" | "unknown";
            /** @enum {unknown} */
            kind: "mean" | "share";
            name: string;
            of: (components["schemas"]["ComparedFigure"] | null)[];
            unit: string;
        };
        /**
         * CandidateRow
         * @description One input in one trial: a row of the baseline.
         */
        CandidateRow: {
            a: components["schemas"]["ComparedSide"];
            cells: (components["schemas"]["CandidateCell"] | null)[];
            input: string;
            trial: number;
        };
        /**
         * CandidateRun
         * @description One run that is held against the baseline.
         */
        CandidateRun: {
            broken: number;
            changed: number;
            fixed: number;
            missing: string[];
            only_a: number;
            only_b: number;
            paired_by: string[];
            pairs: number;
            run: components["schemas"]["ComparedRun"];
            unlike: string[];
        };
        /**
         * Candidates
         * @description A baseline and its candidates.
         */
        Candidates: {
            a: components["schemas"]["ComparedRun"];
            broken: number;
            candidates: components["schemas"]["CandidateRun"][];
            changed: number;
            complete: boolean;
            figures: components["schemas"]["CandidateFigure"][];
            figures_more: boolean;
            fixed: number;
            matching: number;
            offset: number;
            rows: components["schemas"]["CandidateRow"][];
        };
        /**
         * Case
         * @description One case whole.
         */
        Case: {
            case: components["schemas"]["CaseCard"];
            history: components["schemas"]["CaseMoment"][];
            rows: components["schemas"]["CaseLine"][];
            rows_more: boolean;
            runs: string[];
        };
        /**
         * CaseBoard
         * @description All cases by status.
         */
        CaseBoard: {
            columns: components["schemas"]["CaseColumn"][];
            complete: boolean;
            owners: string[];
            targets: string[];
        };
        /**
         * CaseCard
         * @description A case on the board.
         */
        CaseCard: {
            change: string;
            changed_ms: number;
            error: string;
            failing: number;
            judged: boolean;
            likeness: number;
            note: string;
            number: number;
            opened_ms: number;
            owner: string;
            passes: string;
            rows: number;
            run: string;
            scorer: string;
            /** @enum {unknown} */
            status: "closed" | "fixed" | "open" | "regressed" | "triaged" | "wontfix";
            step: string;
            target: string;
            title: string;
            /** @enum {unknown} */
            why: "" | "error" | "near";
        };
        /**
         * CaseColumn
         * @description The cases of one status, those that changed last first.
         */
        CaseColumn: {
            cases: components["schemas"]["CaseCard"][];
            /** @enum {unknown} */
            status: "closed" | "fixed" | "open" | "regressed" | "triaged" | "wontfix";
        };
        /**
         * CaseLine
         * @description One row of a case.
         */
        CaseLine: {
            dataset: string;
            error: string;
            index: number;
            output: unknown;
            row: unknown;
            run: string;
            /** @enum {unknown} */
            state: "failing" | "passing";
            trace: string;
            trial: number;
            value: number | null;
        };
        /**
         * CaseMoment
         * @description One thing that became of a case.
         */
        CaseMoment: {
            at_ms: number;
            changes: string[];
            run: string;
            /** @enum {unknown} */
            status: "closed" | "fixed" | "open" | "regressed" | "triaged" | "wontfix";
            text: string;
            /** @enum {unknown} */
            what: "flaky" | "note" | "opened" | "owner" | "rows" | "status";
        };
        /**
         * CasesChanged
         * @description Something became of a case, whoever did it.
         */
        CasesChanged: {
            /** @enum {unknown} */
            event: "cases";
            newest: number;
        };
        /**
         * Cause
         * @description One thing that changed.
         */
        Cause: {
            /** @default  */
            after: string;
            /** @default  */
            before: string;
            /** @default  */
            file: string;
            kind: string;
            /** @default 0 */
            line: number;
            name: string;
        };
        /**
         * Cell
         * @description All calls of one step for one item.
         */
        Cell: [
            0 | 1 | 2 | 3 | 4 | 5,
            number,
            string,
            number
        ];
        /**
         * CellAsked
         * @description One call of a step for an item: the n-th of its calls, from 0.
         */
        CellAsked: {
            index: number;
            /** @default 0 */
            nth: number;
            run: string;
            step: string;
            /** @default 0 */
            trial: number;
        };
        /**
         * CellDetail
         * @description One call, whole.
         */
        CellDetail: {
            arguments: unknown;
            arguments_text: string;
            behaviour: string;
            calls: components["schemas"]["Beneath"][];
            cost: {
                [key: string]: number;
            };
            count: number;
            cut: boolean;
            error: string;
            index: number;
            input_tokens: number;
            kind: string;
            messages: components["schemas"]["Turn"][];
            model: string;
            ms: number;
            not_memoised: string[];
            nth: number;
            origin: components["schemas"]["Origin"] | null;
            output: unknown;
            output_text: string;
            output_tokens: number;
            outside: string[];
            prompts: string[];
            run: string;
            settings: {
                [key: string]: string;
            };
            span: string;
            /** @enum {unknown} */
            state: 0 | 1 | 2 | 3 | 4 | 5;
            step: string;
            trace: string;
            trial: number;
        };
        /**
         * Change
         * @description What is put in the place of what was: nothing at all replays with the present code.
         */
        Change: {
            /** @default {} */
            models: {
                [key: string]: string;
            };
            /** @default {} */
            prompts: {
                [key: string]: string;
            };
            /** @default {} */
            steps: Record<string, never>;
        };
        /**
         * ChangedFile
         * @description A prompt, dataset or other file of the project that was written, or removed.
         */
        ChangedFile: {
            digest: string;
            gone: boolean;
            path: string;
        };
        /**
         * CheckPrompt
         * @description A text that is being written.
         */
        CheckPrompt: {
            name: string;
            text: string;
        };
        /**
         * Choices
         * @description What there is in a stretch of time, for filters.
         */
        Choices: {
            any: boolean;
            keys: components["schemas"]["KeyChoice"][];
            models: string[];
            releases: string[];
            served: string[];
        };
        /**
         * Column
         * @description A step of the grid; the last one is the run's target, whose cells are the items' outputs.
         */
        Column: {
            calls: number;
            causes: string[];
            cell: number;
            changed: boolean;
            failed: number;
            hits: number;
            kind: string;
            mean_ms: number;
            name: string;
            ran: number;
            step: string;
        };
        /**
         * ComparedFigure
         * @description One figure in both runs, over the pairs that have it.
         *
         *         Time, tokens and money are of pairs in which no part of either item came from a memo: what is reused takes nothing,
         *         and would make the run that came later look the better one.
         */
        ComparedFigure: {
            a: components["schemas"]["Estimate"];
            b: components["schemas"]["Estimate"];
            /** @enum {unknown} */
            better: "higher" | "lower" | "unknown";
            clustered: boolean;
            difference: components["schemas"]["Estimate"];
            down: number;
            effect: number | null;
            /** @enum {unknown} */
            kind: "mean" | "share";
            name: string;
            p: number;
            p_adjusted: number;
            pairs: number;
            test: string;
            unit: string;
            up: number;
            /** @enum {unknown} */
            verdict: "better" | "changed" | "same" | "too_few" | "unclear" | "worse";
        };
        /**
         * ComparedRow
         * @description One input in one trial, in both runs.
         */
        ComparedRow: {
            a: components["schemas"]["ComparedSide"] | null;
            b: components["schemas"]["ComparedSide"] | null;
            deltas: {
                [key: string]: number;
            };
            input: string;
            /** @enum {unknown} */
            state: "both_failed" | "broken" | "changed" | "fixed" | "only_a" | "only_b" | "same";
            trial: number;
        };
        /**
         * ComparedRun
         * @description Whose items.
         */
        ComparedRun: {
            data: string;
            items: number;
            run: string;
            started_ms: number;
            status: string;
            target: string;
        };
        /**
         * ComparedSide
         * @description One item.
         */
        ComparedSide: {
            cost: {
                [key: string]: number;
            };
            error: string;
            index: number;
            ms: number;
            preview: string;
            /** @enum {unknown} */
            state: "failed" | "ok";
            tokens: number;
            trace: string;
        };
        /**
         * ComparedSlice
         * @description The rows that have one value of one key.
         */
        ComparedSlice: {
            a: number;
            b: number;
            difference: components["schemas"]["Estimate"];
            key: string;
            pairs: number;
            small: boolean;
            stands_out: boolean;
            value: string;
            /** @enum {unknown} */
            verdict: "better" | "changed" | "same" | "too_few" | "unclear" | "worse";
        };
        /**
         * Comparison
         * @description Two runs.
         */
        Comparison: {
            a: components["schemas"]["ComparedRun"];
            b: components["schemas"]["ComparedRun"];
            broken: number;
            changed: number;
            complete: boolean;
            figures: components["schemas"]["ComparedFigure"][];
            figures_more: boolean;
            fixed: number;
            matching: number;
            missing: string[];
            offset: number;
            only_a: number;
            only_b: number;
            paired_by: string[];
            pairs: number;
            rows: components["schemas"]["ComparedRow"][];
            slices: components["schemas"]["ComparedSlice"][];
            slices_looked_at: number;
            unlike: string[];
        };
        /**
         * CreateDataset
         * @description A new file.
         */
        CreateDataset: {
            path: string;
            /** @default [] */
            rows: components["schemas"]["NewRow"][];
        };
        /**
         * Dataset
         * @description A page of a file's rows.
         */
        Dataset: {
            bad: number;
            changed_ms: number;
            digest: string;
            is_packed: boolean;
            keys: components["schemas"]["DatasetKey"][];
            matching: number;
            offset: number;
            path: string;
            rows: components["schemas"]["DatasetRow"][];
            size: number;
            total: number;
        };
        /**
         * DatasetCheck
         * @description What a look for repeated rows found.
         */
        DatasetCheck: {
            against: string;
            bad: number;
            complete: boolean;
            exact: number;
            found: components["schemas"]["Alike"][];
            keys: string[];
            looked_at: number;
            more: boolean;
            near: number;
            normalised: number;
            path: string;
            rows: number;
            threshold: number;
        };
        /**
         * DatasetHead
         * @description One file, without having read it.
         */
        DatasetHead: {
            changed_ms: number;
            is_packed: boolean;
            path: string;
            size: number;
        };
        /**
         * DatasetHistory
         * @description What git and the store know of a file.
         */
        DatasetHistory: {
            commits: components["schemas"]["DatasetVersion"][];
            digest: string;
            path: string;
            runs: components["schemas"]["DatasetRun"][];
        };
        /**
         * DatasetKey
         * @description A key that rows have, of the first thousand.
         */
        DatasetKey: {
            name: string;
            rows: number;
            types: string[];
        };
        /**
         * DatasetList
         * @description The project's datasets, by path.
         */
        DatasetList: {
            datasets: components["schemas"]["DatasetHead"][];
            more: boolean;
            total: number;
        };
        /**
         * DatasetRow
         * @description One row.
         */
        DatasetRow: {
            index: number;
            line: number;
            /** @default false */
            more: boolean;
            /** @default null */
            origin: components["schemas"]["RowOrigin"] | null;
            /** @default null */
            problem: components["schemas"]["Problem"] | null;
            size: number;
            text: string;
        };
        /**
         * DatasetRun
         * @description A run over this file.
         */
        DatasetRun: {
            now: boolean;
            run: string;
            started_ms: number;
            status: string;
            target: string;
        };
        /**
         * DatasetSplit
         * @description What a split made.
         */
        DatasetSplit: {
            parts: components["schemas"]["DatasetWritten"][];
            skipped: number;
        };
        /**
         * DatasetVersion
         * @description A commit that changed the file.
         */
        DatasetVersion: {
            at_ms: number;
            author: string;
            revision: string;
            subject: string;
        };
        /**
         * DatasetWritten
         * @description A file after a change.
         */
        DatasetWritten: {
            digest: string;
            /** @default [] */
            lines: number[];
            path: string;
            total: number;
        };
        /**
         * DocumentChunk
         * @description A chunk's place in its document's text.
         */
        DocumentChunk: {
            end: number;
            kind: string;
            language: string;
            page: number;
            section: string[];
            start: number;
            tokens: number;
        };
        /**
         * DocumentList
         * @description A page of a base's documents, by id.
         */
        DocumentList: {
            documents: components["schemas"]["BaseDocument"][];
            matching: number;
            offset: number;
            snapshot: string;
            total: number;
        };
        /**
         * DocumentProblem
         * @description Why a document, or a part of it, could not be read.
         */
        DocumentProblem: {
            code: string;
            en: string;
            page: number;
            zh: string;
        };
        /**
         * DocumentText
         * @description A document's parsed text, or a piece of it, with the chunks that lie in it.
         */
        DocumentText: {
            chunks: components["schemas"]["DocumentChunk"][];
            chunks_total: number;
            doc: string;
            format: string;
            language: string;
            length: number;
            metadata: Record<string, never>;
            modified: string;
            more: boolean;
            pages: number;
            path: string;
            problems: components["schemas"]["DocumentProblem"][];
            start: number;
            text: string;
            title: string;
        };
        /**
         * Ended
         * @description The run is over: done, failed, stopped or crashed.
         */
        Ended: {
            /** @enum {unknown} */
            event: "end";
            head: components["schemas"]["RunHead"];
        };
        /**
         * Estimate
         * @description A figure with its interval. Null: there is too little to say.
         */
        Estimate: {
            high: number | null;
            low: number | null;
            method: string;
            value: number;
        };
        /**
         * EventLine
         * @description What the application said happened.
         */
        EventLine: {
            converted: number | null;
            count: number;
            currency: string;
            name: string;
            sessions: number;
            value_micros: number;
        };
        /**
         * ExportAsked
         * @description A run as a file.
         */
        ExportAsked: {
            /**
             * @default csv
             * @enum {unknown}
             */
            format: "csv" | "html" | "jsonl" | "md";
            /**
             * @default en
             * @enum {unknown}
             */
            lang: "en" | "zh";
            run: string;
        };
        /**
         * Fact
         * @description Something outside the arguments that a call depended on.
         */
        Fact: {
            kind: string;
            seen: string;
            what: string;
        };
        /**
         * Figures
         * @description What a number of requests came to.
         */
        Figures: {
            cached: number;
            count: number;
            degraded: number;
            failed: number;
            guarded: number;
            input_tokens: number;
            left_early: number;
            limited: number;
            money: components["schemas"]["Spent"][];
            output_tokens: number;
            refused: number;
            rejected: number;
            unanswered: number;
            unpriced: number;
        };
        /**
         * FilesChanged
         * @description Files that changed on disk, whoever wrote them.
         */
        FilesChanged: {
            /** @enum {unknown} */
            event: "files";
            files: components["schemas"]["ChangedFile"][];
        };
        /**
         * FoundPassage
         * @description One passage and why it stands where it does.
         */
        FoundPassage: {
            doc: string;
            end: number;
            joined: number;
            joined_rank: number;
            language: string;
            metadata: Record<string, never>;
            moved: string;
            notes: string[];
            page: number;
            path: string;
            rank: number;
            retrievers: components["schemas"]["RetrieverPlace"][];
            score: number;
            section: string[];
            start: number;
            terms: components["schemas"]["TermShare"][];
            text: string;
            title: string;
        };
        /**
         * GivenAnswer
         * @description An answer as it is kept.
         */
        GivenAnswer: {
            comment: string;
            made_ms: number;
            marks: {
                [key: string]: number;
            };
            reviewer: string;
            revision: number;
            spent_ms: number;
            /** @enum {unknown} */
            verdict: "" | "bad" | "left" | "right" | "skip" | "tie";
        };
        /**
         * GpuLine
         * @description One GPU.
         */
        GpuLine: {
            memory: (number | null)[];
            memory_of: number;
            name: string;
            used: (number | null)[];
        };
        /**
         * Grid
         * @description A page of a run's grid.
         */
        Grid: {
            columns: components["schemas"]["Column"][];
            mark: string;
            matching: number;
            offset: number;
            rows: components["schemas"]["GridRow"][];
            run: components["schemas"]["RunHead"];
            scorers: components["schemas"]["ScoreColumn"][];
            scores: (components["schemas"]["ScoreCell"] | null)[][];
            total: number;
        };
        /**
         * GridAsked
         * @description Which page of a grid.
         */
        GridAsked: {
            /** @default  */
            by: string;
            /** @default 200 */
            limit: number;
            /** @default 0 */
            offset: number;
            /**
             * @default
             * @enum {unknown}
             */
            only: "" | "changed" | "failed" | "ran";
            /** @default  */
            q: string;
            run: string;
            /**
             * @default
             * @enum {unknown}
             */
            score: "" | "error" | "floor" | "imperfect" | "none";
            /** @default  */
            scorer: string;
            /**
             * @default
             * @enum {unknown}
             */
            sort: "" | "-input" | "-ms" | "-output" | "-score" | "-state" | "input" | "ms" | "output" | "score" | "state";
        };
        /**
         * GridRow
         * @description One item in one trial.
         */
        GridRow: [
            number,
            number,
            0 | 1 | 2 | 3 | 4 | 5,
            string,
            number,
            string,
            string,
            (components["schemas"]["Cell"] | null)[]
        ];
        /**
         * Item
         * @description One item of a run, whole.
         */
        Item: {
            cells: components["schemas"]["ItemCell"][];
            cut: boolean;
            error: string;
            index: number;
            input: unknown;
            metadata: unknown;
            ms: number;
            output: unknown;
            output_text: string;
            run: string;
            scores: components["schemas"]["ItemScore"][];
            started_ms: number;
            /** @enum {unknown} */
            state: 0 | 1 | 2 | 3 | 4 | 5;
            trace: string;
            trial: number;
        };
        /**
         * ItemAsked
         * @description One item of a run.
         */
        ItemAsked: {
            index: number;
            run: string;
            /** @default 0 */
            trial: number;
        };
        /**
         * ItemCell
         * @description One step's calls for an item, with a longer preview.
         */
        ItemCell: {
            count: number;
            ms: number;
            preview: string;
            /** @enum {unknown} */
            state: 0 | 1 | 2 | 3 | 4 | 5;
            step: string;
        };
        /**
         * ItemScore
         * @description What one scorer said of an item, whole.
         */
        ItemScore: {
            /** @enum {unknown} */
            better: "higher" | "lower" | "none";
            error: string;
            label: string;
            least: number | null;
            made_ms: number;
            most: number | null;
            name: string;
            parts: {
                [key: string]: number;
            };
            reason: string;
            scorer: string;
            settings: Record<string, never>;
            /** @enum {unknown} */
            state: 1 | 2 | 3 | 4;
            told: string;
            trace: string;
            unit: string;
            value: number | null;
        };
        /**
         * Job
         * @description A command at work, or ended.
         */
        Job: {
            ended_ms: number | null;
            exit_code: number | null;
            id: string;
            kind: string;
            problem: components["schemas"]["Problem"] | null;
            run: string;
            started_ms: number;
            /** @enum {unknown} */
            status: "done" | "failed" | "running" | "starting" | "stopped";
            tail: string;
        };
        /**
         * JobAsked
         * @description One job.
         */
        JobAsked: {
            job: string;
        };
        /**
         * JobsChanged
         * @description Jobs that are new or changed.
         */
        JobsChanged: {
            /** @enum {unknown} */
            event: "jobs";
            jobs: components["schemas"]["Job"][];
        };
        /**
         * JudgeBeside
         * @description A scorer beside the people who answered a review.
         */
        JudgeBeside: {
            criterion: string;
            higher: boolean;
            items: number;
            scorer: string;
            split: number;
            table: components["schemas"]["JudgeTable"] | null;
            threshold: components["schemas"]["JudgeThreshold"] | null;
            too_few: boolean;
            yes_from: number | null;
        };
        /**
         * JudgeTable
         * @description People's labels beside a judge's.
         */
        JudgeTable: {
            agreement: components["schemas"]["ReviewFigure"];
            counts: number[][];
            kappa: components["schemas"]["ReviewFigure"] | null;
            labels: string[];
            rows: number;
        };
        /**
         * JudgeThreshold
         * @description The score from which on a judge agrees best with people, chosen on one half of the items, told on the other.
         */
        JudgeThreshold: {
            chosen_on: number;
            held_out: components["schemas"]["JudgeTable"];
            reached: number;
            threshold: number;
        };
        /**
         * KeyChoice
         * @description A key that asked.
         */
        KeyChoice: {
            id: string;
            label: string;
        };
        /**
         * KeyLine
         * @description One key, without its secret.
         */
        KeyLine: {
            budgets: components["schemas"]["BudgetLine"][];
            expires_ms: number | null;
            groups: string[];
            id: string;
            label: string;
            limits: string[];
            made_ms: number;
            models: string[];
            name: string;
            owner: string;
            revoked_ms: number | null;
            scopes: string[];
            secrets: components["schemas"]["SecretLine"][];
            /** @enum {unknown} */
            state: "active" | "expired" | "revoked";
            unknown_price: boolean;
            used_ms: number | null;
        };
        /**
         * KeyList
         * @description The keys, the newest first.
         */
        KeyList: {
            ended: number;
            keys: components["schemas"]["KeyLine"][];
            more: boolean;
            prefix: string;
            scopes: string[];
            served: string[];
            usual: string[];
        };
        /**
         * KilledLine
         * @description A model, a tool or a step that is switched off.
         */
        KilledLine: {
            at_ms: number;
            by: string;
            what: string;
            why: string;
        };
        /**
         * Kind
         * @description One kind of error, or of cache.
         */
        Kind: {
            counts: number[];
            kind: string;
            total: number;
        };
        /**
         * Kinds
         * @description Counts by kind over time, the most frequent first.
         */
        Kinds: {
            at_ms: number[];
            every_ms: number;
            kinds: components["schemas"]["Kind"][];
        };
        /**
         * ListSessions
         * @description Which conversations.
         */
        ListSessions: {
            /** @default  */
            before: string;
            /** @default 30 */
            limit: number;
            /**
             * @default
             * @enum {unknown}
             */
            rated: "" | "down" | "up" | "yes";
            /** @default  */
            served: string;
            /** @default  */
            user: string;
        };
        /**
         * ListTraces
         * @description Which traces, and where in the list.
         */
        ListTraces: {
            /** @default  */
            before: string;
            /**
             * @default
             * @enum {unknown}
             */
            cached: "" | "no" | "yes";
            /** @default  */
            kind: string;
            /** @default 50 */
            limit: number;
            /** @default 0 */
            max_ms: number;
            /** @default 0 */
            min_ms: number;
            /** @default  */
            model: string;
            /** @default  */
            name: string;
            /** @default  */
            q: string;
            /**
             * @default
             * @enum {unknown}
             */
            rated: "" | "down" | "up" | "yes";
            /** @default  */
            run: string;
            /**
             * @default
             * @enum {unknown}
             */
            scoring: "" | "yes";
            /** @default 0 */
            since_ms: number;
            /**
             * @default
             * @enum {unknown}
             */
            status: "" | "failed" | "ok";
            /** @default 0 */
            until_ms: number;
        };
        /**
         * LiveAsked
         * @description A run to watch.
         */
        LiveAsked: {
            /** @default  */
            mark: string;
            run: string;
        };
        /**
         * MadeKey
         * @description A key and its secret, which no later answer holds.
         */
        MadeKey: {
            key: components["schemas"]["KeyLine"];
            secret: string;
        };
        /**
         * MakeKey
         * @description A key to make, in the words of `loomwork key create`.
         */
        MakeKey: {
            /** @default [] */
            budgets: string[];
            /** @default  */
            expires: string;
            /** @default [] */
            groups: string[];
            /** @default  */
            label: string;
            /** @default [] */
            limits: string[];
            /** @default [] */
            models: string[];
            /** @default  */
            name: string;
            /** @default  */
            owner: string;
            /** @default [] */
            owner_budgets: string[];
            /** @default [] */
            scopes: string[];
            /** @default false */
            unknown_price: boolean;
        };
        /**
         * MarksGiven
         * @description What one run was marked by one criterion: the mean over items, of each the mean of its reviewers.
         */
        MarksGiven: {
            counts: {
                [key: string]: number;
            };
            criterion: string;
            items: number;
            mean: components["schemas"]["ReviewFigure"] | null;
            worst: number | null;
            worst_place: number | null;
        };
        /**
         * Matrix
         * @description One matrix.
         */
        Matrix: {
            broken: components["schemas"]["BrokenRow"][];
            broken_by: {
                [key: string]: number;
            };
            broken_total: number;
            data: string;
            matrix: string;
            offset: number;
            scorers: components["schemas"]["MatrixScorer"][];
            started_ms: number;
            target: string;
            unbounded: string[];
            variants: components["schemas"]["MatrixVariant"][];
        };
        /**
         * MatrixHead
         * @description One matrix in a line.
         */
        MatrixHead: {
            data: string;
            labels: string[];
            matrix: string;
            running: boolean;
            started_ms: number;
            target: string;
            variants: number;
        };
        /**
         * MatrixList
         * @description Matrices, the newest first.
         */
        MatrixList: {
            complete: boolean;
            matrices: components["schemas"]["MatrixHead"][];
        };
        /**
         * MatrixScore
         * @description What one variant came to by one scorer, and its difference to the baseline.
         */
        MatrixScore: {
            delta: number | null;
            delta_high: number | null;
            delta_low: number | null;
            high: number | null;
            losses: number;
            low: number | null;
            mean: number | null;
            n: number;
            p_adjusted: number | null;
            p5: number | null;
            ties: number;
            verdict: ("better" | "changed" | "same" | "too_few" | "unclear" | "worse") | null;
            wins: number;
            worst: number | null;
        };
        /**
         * MatrixScorer
         * @description A column: `ok` (the share of items that did not fail), or a scorer.
         */
        MatrixScorer: {
            /** @enum {unknown} */
            better: "higher" | "lower" | "unknown";
            is_share: boolean;
            least: number | null;
            most: number | null;
            scorer: string;
            told: string;
            unit: string;
        };
        /**
         * MatrixVariant
         * @description One variant: a run.
         */
        MatrixVariant: {
            baseline: boolean;
            label: string;
            models: {
                [key: string]: string;
            };
            ms: number | null;
            prompts: {
                [key: string]: string;
            };
            run: components["schemas"]["RunHead"];
            scores: (components["schemas"]["MatrixScore"] | null)[];
        };
        /**
         * Money
         * @description How much money; `max` null: unknowable.
         */
        Money: {
            max: number | null;
            min: number;
        };
        /**
         * MoveCase
         * @description A new status, and why.
         */
        MoveCase: {
            /** @enum {unknown} */
            status: "closed" | "open" | "triaged" | "wontfix";
            /** @default  */
            text: string;
        };
        /**
         * Nearest
         * @description The earlier call that was compared with.
         */
        Nearest: {
            run: string;
            trace: string;
        };
        /**
         * NewReview
         * @description A review to make.
         */
        NewReview: {
            /** @default  */
            by: string;
            /** @default  */
            criteria: string;
            /** @default  */
            other: string;
            /** @default 0 */
            per_item: number;
            run: string;
            /** @default 0 */
            sample: number;
            /** @default 0 */
            seed: number;
            /** @default  */
            title: string;
        };
        /**
         * NewRow
         * @description A row to be added.
         */
        NewRow: {
            /** @default null */
            origin: components["schemas"]["RowOrigin"] | null;
            /** @default  */
            text: string;
        };
        /**
         * NewTraces
         * @description Traces that have ended since, oldest first (event `traces`).
         */
        NewTraces: {
            traces: components["schemas"]["TraceHead"][];
        };
        /**
         * NoteCase
         * @description A note.
         */
        NoteCase: {
            text: string;
        };
        /**
         * Nothing
         * @description No parameters, or nothing to say but that it is done.
         */
        Nothing: Record<string, never>;
        /**
         * OpenCase
         * @description A failing row that becomes a case.
         */
        OpenCase: {
            /** @default  */
            passes: string;
            row: number;
            run: string;
            /** @default  */
            title: string;
            /** @default false */
            wrong: boolean;
        };
        /**
         * Opening
         * @description What the playground opens with.
         */
        Opening: {
            changed: boolean;
            digest: string;
            inputs: Record<string, never>;
            left_out: string[];
            max_tokens: number | null;
            messages: components["schemas"]["Said"][];
            missing: string[];
            model: string;
            models: string[];
            prompt: string;
            temperature: number | null;
            text: string;
            turns: components["schemas"]["PlayTurn"][];
            variables: string[];
            version: string;
        };
        /**
         * OpeningAsked
         * @description Which span is to be opened.
         */
        OpeningAsked: {
            span: string;
            trace: string;
        };
        /**
         * OpenTraceCase
         * @description A trace that becomes a case.
         */
        OpenTraceCase: {
            /** @default  */
            note: string;
            /** @default  */
            title: string;
            /** @default false */
            wrong: boolean;
        };
        /**
         * Origin
         * @description Where a reused result was made.
         */
        Origin: {
            item: number;
            made_ms: number;
            run: string;
            span: string;
            trace: string;
            trial: number;
        };
        /**
         * Partial
         * @description Text that is still being written: [index, trial, step, text so far]. Not repeated to a reader that returns.
         */
        Partial: {
            /** @enum {unknown} */
            event: "partial";
            parts: [
                number,
                number,
                string,
                string
            ][];
        };
        /**
         * Placed
         * @description What one retriever said of a passage.
         */
        Placed: {
            added: number | null;
            rank: number;
            retriever: string;
            score: number;
        };
        /**
         * Plan
         * @description What a run would do; nothing was sent and nothing written.
         */
        Plan: {
            cost: {
                [key: string]: components["schemas"]["Money"];
            };
            items: number;
            model_calls: components["schemas"]["Calls"];
            /** @default [] */
            never_ran: string[];
            steps: components["schemas"]["PlannedStep"][];
            target: string;
            /** @default false */
            unknown: boolean;
        };
        /**
         * PlannedStep
         * @description What would become of the calls of one step.
         */
        PlannedStep: {
            hits: number;
            kind: string;
            may_run: number;
            name: string;
            outside: number;
            reasons: components["schemas"]["Reason"][];
            /** @default false */
            unknown: boolean;
            will_run: number;
        };
        /**
         * Play
         * @description What the playground is to do.
         */
        Play: {
            /** @default false */
            fresh: boolean;
            /** @default {} */
            inputs: Record<string, never>;
            variants: components["schemas"]["Variant"][];
        };
        /**
         * PlayDelta
         * @description More of an answer (event `delta`).
         */
        PlayDelta: {
            /** @enum {unknown} */
            event: "delta";
            /**
             * @default text
             * @enum {unknown}
             */
            kind: "reasoning" | "text";
            text: string;
            variant: number;
        };
        /**
         * PlayDone
         * @description An answer is whole, or failed (event `done`).
         */
        PlayDone: {
            cached: boolean;
            cost: {
                [key: string]: number;
            };
            /** @enum {unknown} */
            event: "done";
            finish: string;
            input_tokens: number;
            model: string;
            ms: number;
            output_tokens: number;
            problem: components["schemas"]["Problem"] | null;
            span: string;
            text: string;
            trace: string;
            unpriced: boolean;
            variant: number;
        };
        /**
         * PlayEnd
         * @description Everything is done (event `end`).
         */
        PlayEnd: {
            /** @enum {unknown} */
            event: "end";
            ms: number;
        };
        /**
         * PlayStart
         * @description The variants are being asked (event `start`).
         */
        PlayStart: {
            /** @enum {unknown} */
            event: "start";
            variants: number;
        };
        /**
         * PlayTurn
         * @description One message of a conversation, word for word: nothing in it is filled in.
         */
        PlayTurn: {
            /** @enum {unknown} */
            role: "assistant" | "developer" | "system" | "user";
            text: string;
        };
        /**
         * Preference
         * @description Which of two runs people prefer. One vote an item: that of most; as many for each is a tie.
         */
        Preference: {
            a: number;
            b: number;
            both_bad: number;
            items: number;
            left: components["schemas"]["ReviewFigure"] | null;
            left_n: number;
            p: number | null;
            same: number;
            share_b: components["schemas"]["ReviewFigure"] | null;
            ties: number;
        };
        /**
         * Problem
         * @description What is wrong and what to do, in both languages: the page shows its own.
         */
        Problem: {
            en: components["schemas"]["Told"];
            kind: string;
            zh: components["schemas"]["Told"];
        };
        /**
         * Processes
         * @description How the serving processes were doing.
         */
        Processes: {
            at_ms: number[];
            every_ms: number;
            gpus: components["schemas"]["GpuLine"][];
            processes: components["schemas"]["ProcessLine"][];
        };
        /**
         * ProcessLine
         * @description One serving process; those that live come first.
         */
        ProcessLine: {
            cpu: (number | null)[];
            fds: (number | null)[];
            lag: (number | null)[];
            last_ms: number;
            pid: number;
            rss: (number | null)[];
            since_ms: number;
            /** @enum {unknown} */
            state: "ended" | "live";
        };
        /**
         * PromotionLine
         * @description A release was given a share of the requests.
         */
        PromotionLine: {
            at_ms: number;
            by: string;
            release: string;
            share: number;
            why: string;
        };
        /**
         * PromptAsking
         * @description One step call that asked with a prompt.
         */
        PromptAsking: {
            cached: boolean;
            item: number;
            ms: number;
            name: string;
            preview: string;
            run: string;
            span: string;
            started_ms: number;
            /** @enum {unknown} */
            state: "failed" | "ok";
            trace: string;
            trial: number;
            version: string;
        };
        /**
         * PromptAskings
         * @description Calls that asked with a prompt, newest run first.
         */
        PromptAskings: {
            calls: components["schemas"]["PromptAsking"][];
            more: boolean;
        };
        /**
         * PromptChange
         * @description A stretch of text and what became of it.
         */
        PromptChange: {
            /** @enum {unknown} */
            op: "added" | "removed" | "same";
            text: string;
        };
        /**
         * PromptChecked
         * @description Whether a text can be used.
         */
        PromptChecked: {
            line: number;
            parts: components["schemas"]["PromptParts"] | null;
            problem: components["schemas"]["Problem"] | null;
        };
        /**
         * PromptCommit
         * @description A commit whose file says this version.
         */
        PromptCommit: {
            at_ms: number;
            author: string;
            revision: string;
            subject: string;
        };
        /**
         * PromptDetail
         * @description One prompt: the text that was asked for, its parts and its versions.
         */
        PromptDetail: {
            changed_ms: number;
            digest: string;
            is_current: boolean;
            line: number;
            name: string;
            parts: components["schemas"]["PromptParts"] | null;
            path: string;
            problem: components["schemas"]["Problem"] | null;
            text: string;
            version: string;
            versions: components["schemas"]["PromptVersion"][];
        };
        /**
         * PromptDiff
         * @description Two versions, word by word.
         */
        PromptDiff: {
            after: string;
            before: string;
            changes: components["schemas"]["PromptChange"][];
        };
        /**
         * PromptHead
         * @description One prompt file.
         */
        PromptHead: {
            /** @default 0 */
            calls: number;
            /** @default 0 */
            changed_ms: number;
            /** @default  */
            description: string;
            /** @default 0 */
            examples: number;
            /** @default 0 */
            failed: number;
            name: string;
            path: string;
            /** @default null */
            problem: components["schemas"]["Problem"] | null;
            /** @default 0 */
            runs: number;
            /** @default [] */
            variables: string[];
            /** @default  */
            version: string;
        };
        /**
         * PromptList
         * @description The project's prompts, by name.
         */
        PromptList: {
            more: boolean;
            prompts: components["schemas"]["PromptHead"][];
            total: number;
        };
        /**
         * PromptParts
         * @description A prompt, taken apart.
         */
        PromptParts: {
            defaults: Record<string, never>;
            description: string;
            examples: Record<string, never>[];
            needed: string[];
            params: Record<string, never>;
            schema: Record<string, never> | null;
            sections: components["schemas"]["PromptSection"][];
            variables: string[];
            version: string;
        };
        /**
         * PromptSection
         * @description One section, and where its text begins.
         */
        PromptSection: {
            line: number;
            role: string;
            text: string;
        };
        /**
         * PromptUse
         * @description What one run did with one version.
         */
        PromptUse: {
            calls: number;
            cost: {
                [key: string]: number;
            };
            failed: number;
            failed_items: number;
            ok_items: number;
            reused: number;
            run: string;
            started_ms: number;
            status: string;
            target: string;
        };
        /**
         * PromptUsed
         * @description A prompt that was filled in.
         */
        PromptUsed: {
            name: string;
            version: string;
        };
        /**
         * PromptVersion
         * @description One version.
         */
        PromptVersion: {
            commits: components["schemas"]["PromptCommit"][];
            is_current: boolean;
            uses: components["schemas"]["PromptUse"][];
            version: string;
        };
        /**
         * PromptWritten
         * @description A prompt after a change.
         */
        PromptWritten: {
            changed_ms: number;
            digest: string;
            name: string;
            path: string;
            version: string;
        };
        /**
         * PutPrompt
         * @description Another text for a prompt.
         */
        PutPrompt: {
            digest: string;
            text: string;
        };
        /**
         * PutRow
         * @description Another text for one row.
         */
        PutRow: {
            digest: string;
            line: number;
            text: string;
        };
        /**
         * Quality
         * @description Scores of sampled answers, and what people said.
         */
        Quality: {
            at_ms: number[];
            complete: boolean;
            down: number[];
            every_ms: number;
            scorers: components["schemas"]["ScoredSeries"][];
            up: number[];
        };
        /**
         * RankedRun
         * @description A run's place among those that were compared in pairs.
         */
        RankedRun: {
            high: number | null;
            losses: number;
            low: number | null;
            run: string;
            strength: number;
            ties: number;
            wins: number;
        };
        /**
         * Reason
         * @description Why calls will run.
         */
        Reason: {
            count: number;
            /** @default  */
            kind: string;
            /** @default  */
            names: string;
            why: string;
        };
        /**
         * Recorded
         * @description What the record of a call says.
         */
        Recorded: {
            arguments: {
                [key: string]: string;
            };
            behaviour: string;
            call: string;
            calls: components["schemas"]["CallBeneath"][];
            degraded: string[];
            draw: number | null;
            facts: components["schemas"]["Fact"][];
            here: boolean;
            made_ms: number;
            more_calls: boolean;
            outside: string[];
            /** @enum {unknown} */
            reuse: "always" | "never" | "run";
            run: string;
            settings: {
                [key: string]: string;
            };
            span: string;
            spoiled: string[];
            step: string;
            trace: string;
        };
        /**
         * ReleaseBoard
         * @description Releases, which of them was served when, and what is off.
         */
        ReleaseBoard: {
            off: components["schemas"]["KilledLine"][];
            promotions: components["schemas"]["PromotionLine"][];
            releases: components["schemas"]["ReleaseLine"][];
        };
        /**
         * ReleaseLine
         * @description One release.
         */
        ReleaseLine: {
            made_ms: number;
            note: string;
            promoted_ms: number | null;
            release: string;
            share: number;
            /** @enum {unknown} */
            state: "" | "canary" | "served";
        };
        /**
         * Rendered
         * @description What a model would get.
         */
        Rendered: {
            line: number;
            messages: components["schemas"]["RenderedMessage"][];
            missing: string[];
            problem: components["schemas"]["Problem"] | null;
            version: string;
        };
        /**
         * RenderedMessage
         * @description One message as a model would get it.
         */
        RenderedMessage: {
            role: string;
            text: string;
        };
        /**
         * RenderPrompt
         * @description A prompt with values for its variables.
         */
        RenderPrompt: {
            inputs: Record<string, never>;
            name: string;
            /** @default null */
            text: string | null;
            /** @default  */
            version: string;
        };
        /**
         * ReplayAsked
         * @description Which trace.
         */
        ReplayAsked: {
            trace: string;
        };
        /**
         * Replayed
         * @description What a replay came to.
         */
        Replayed: {
            after: unknown;
            before: unknown;
            calls: number;
            cost: {
                [key: string]: number;
            };
            error: string;
            hits: number;
            input_tokens: number;
            model_calls: number;
            output_tokens: number;
            ran: number;
            replay: string;
            /** @enum {unknown} */
            status: "changed" | "diverged" | "failed" | "same";
            target: string;
            trace: string;
            unpriced_calls: number;
        };
        /**
         * RequestLine
         * @description One request.
         */
        RequestLine: {
            at_ms: number;
            cached: string;
            cost_micros: number | null;
            currency: string;
            degraded: string;
            dialect: string;
            error: string;
            first_ms: number | null;
            guarded: boolean;
            input_tokens: number;
            key: string;
            key_label: string;
            model: string;
            output_tokens: number;
            refused: boolean;
            release: string;
            served: string;
            session: string;
            status: number;
            total_ms: number;
            trace: string;
            unanswered: boolean;
            user: string;
        };
        /**
         * RequestList
         * @description A page of requests.
         */
        RequestList: {
            next: string;
            requests: components["schemas"]["RequestLine"][];
        };
        /**
         * ResultAsked
         * @description The result, for one who is done.
         */
        ResultAsked: {
            /** @default  */
            criterion: string;
            review: string;
            /** @default  */
            reviewer: string;
            /** @default  */
            scorer: string;
        };
        /**
         * Retrieval
         * @description How a search came to its passages.
         */
        Retrieval: {
            base: string;
            budget: components["schemas"]["Budgeted"] | null;
            candidates: components["schemas"]["Candidate"][];
            complete: boolean;
            counts: {
                [key: string]: number;
            };
            fusion: string;
            k: number;
            mode: string;
            query: string;
            rerank: string;
            snapshot: string;
        };
        /**
         * RetrieverPlace
         * @description What one retriever said of a passage.
         */
        RetrieverPlace: {
            added: number;
            name: string;
            rank: number;
            score: number;
        };
        /**
         * Review
         * @description A review as one person sees it.
         */
        Review: {
            ended: boolean;
            head: components["schemas"]["ReviewHead"];
            left: number;
            next: number | null;
            places: number[];
            reviewer: string;
            states: (0 | 1 | 2 | 3 | 4)[];
        };
        /**
         * ReviewAsked
         * @description One review as one person sees it.
         */
        ReviewAsked: {
            review: string;
            /** @default  */
            reviewer: string;
        };
        /**
         * Reviewer
         * @description What one reviewer has done.
         */
        Reviewer: {
            answered: number;
            comments: number;
            median_ms: number;
            reviewer: string;
            skipped: number;
        };
        /**
         * ReviewFigure
         * @description A figure with its interval (95 %). Null: there is too little to say.
         */
        ReviewFigure: {
            high: number | null;
            low: number | null;
            value: number;
        };
        /**
         * ReviewHead
         * @description One review in a line.
         */
        ReviewHead: {
            answers: number;
            by: string;
            criteria: components["schemas"]["AskedCriterion"][];
            id: string;
            items: number;
            /** @enum {unknown} */
            kind: "marks" | "pairs";
            made_ms: number;
            other: string;
            per_item: number;
            reviewers: string[];
            run: string;
            same: number;
            title: string;
            touched_ms: number;
        };
        /**
         * ReviewItem
         * @description One item, whole.
         */
        ReviewItem: {
            answer: components["schemas"]["GivenAnswer"] | null;
            expected: unknown;
            has_expected: boolean;
            input: unknown;
            others: components["schemas"]["GivenAnswer"][];
            outputs: components["schemas"]["ShownOutput"][];
            place: number;
        };
        /**
         * ReviewItemAsked
         * @description One item as one person sees it.
         */
        ReviewItemAsked: {
            place: number;
            review: string;
            /** @default  */
            reviewer: string;
        };
        /**
         * ReviewList
         * @description Reviews, the newest first.
         */
        ReviewList: {
            more: boolean;
            reviews: components["schemas"]["ReviewHead"][];
            you: string;
        };
        /**
         * ReviewResult
         * @description What the answers come to.
         */
        ReviewResult: {
            agreements: components["schemas"]["Agreement"][];
            judge: components["schemas"]["JudgeBeside"] | null;
            marks: components["schemas"]["MarksGiven"][];
            people: components["schemas"]["Reviewer"][];
            preference: components["schemas"]["Preference"] | null;
            ranked_reviews: number;
            ranking: components["schemas"]["RankedRun"][];
            scorers: string[];
        };
        /**
         * ReviewsAsked
         * @description Which reviews.
         */
        ReviewsAsked: {
            /** @default 50 */
            limit: number;
        };
        /**
         * RotateKey
         * @description A new secret.
         */
        RotateKey: {
            /** @default 24h */
            overlap: string;
        };
        /**
         * RowOrigin
         * @description Where a row came from: kept with it in its `_origin`.
         */
        RowOrigin: {
            /** @default 0 */
            at_ms: number;
            /** @default -1 */
            item: number;
            /** @default  */
            run: string;
            /** @default  */
            span: string;
            /** @default  */
            trace: string;
            /** @default 0 */
            trial: number;
        };
        /**
         * RunAsked
         * @description One run: its id, an unambiguous beginning of it, or "last".
         */
        RunAsked: {
            run: string;
        };
        /**
         * RunBody
         * @description A run to make, or to plan.
         */
        RunBody: {
            /** @default false */
            allow_unknown_price: boolean;
            /** @default null */
            concurrency: number | null;
            data: string;
            /** @default null */
            limit: number | null;
            /** @default  */
            max_cost: string;
            /** @default [] */
            refresh: string[];
            target: string;
            /** @default 1 */
            trials: number;
        };
        /**
         * RunHead
         * @description One run in a line.
         */
        RunHead: {
            calls: number;
            cost: {
                [key: string]: number;
            };
            data: string;
            done: number;
            ended_ms: number | null;
            failed: number;
            first_error: string;
            hits: number;
            id: string;
            input_tokens: number;
            items: number;
            model_calls: number;
            ok: number;
            output_tokens: number;
            ran: number;
            scored: string;
            scorers: string[];
            started_ms: number;
            /** @enum {unknown} */
            status: "crashed" | "done" | "failed" | "running" | "stopped";
            stopped_by: string;
            target: string;
            trials: number;
            unpriced_calls: number;
        };
        /**
         * RunList
         * @description Runs, the newest first.
         */
        RunList: {
            more: boolean;
            runs: components["schemas"]["RunHead"][];
        };
        /**
         * RunsAsked
         * @description Which runs.
         */
        RunsAsked: {
            /** @default  */
            before: string;
            /** @default 50 */
            limit: number;
            /** @default  */
            target: string;
        };
        /**
         * RunsChanged
         * @description Runs that are new or changed.
         */
        RunsChanged: {
            /** @enum {unknown} */
            event: "runs";
            runs: components["schemas"]["RunHead"][];
        };
        /**
         * Said
         * @description One message of a conversation with a model.
         */
        Said: {
            /** @default false */
            answer: boolean;
            /** @default  */
            name: string;
            parts: components["schemas"]["SaidPart"][];
            role: string;
        };
        /**
         * SaidPart
         * @description One part of a message.
         */
        SaidPart: {
            /** @default 0 */
            bytes: number;
            /** @default  */
            call_id: string;
            /** @default false */
            error: boolean;
            /** @enum {unknown} */
            kind: "audio" | "file" | "image" | "other" | "reasoning" | "refusal" | "text" | "tool_call" | "tool_result";
            /** @default  */
            mime: string;
            /** @default  */
            name: string;
            /** @default  */
            text: string;
        };
        /**
         * ScoreCell
         * @description What a scorer said of one item.
         */
        ScoreCell: [
            1 | 2 | 3 | 4,
            number | null,
            string,
            string,
            string
        ];
        /**
         * ScoreColumn
         * @description A scorer of the run: how it was set, and what it came to.
         */
        ScoreColumn: {
            /** @enum {unknown} */
            better: "higher" | "lower" | "none";
            errors: number;
            expected: string;
            failed: number;
            high: number | null;
            is_share: boolean;
            least: number | null;
            low: number | null;
            made_ms: number;
            mean: number | null;
            most: number | null;
            n: number;
            name: string;
            output: string;
            p5: number | null;
            run: string;
            scorer: string;
            settings: Record<string, never>;
            skipped: number;
            told: string;
            unit: string;
            worst: number | null;
            worst_row: number | null;
            worst_trial: number | null;
        };
        /**
         * ScoredSeries
         * @description What one scorer said of the answers that it was given.
         */
        ScoredSeries: {
            count: number;
            mean: number | null;
            means: (number | null)[];
            scorer: string;
        };
        /**
         * SearchBase
         * @description A question.
         */
        SearchBase: {
            /** @default  */
            as: string;
            /** @default  */
            day: string;
            /** @default {} */
            filters: Record<string, never>;
            /** @default [] */
            groups: string[];
            /** @default null */
            k: number | null;
            /**
             * @default
             * @enum {unknown}
             */
            mode: "" | "dense" | "hybrid" | "sparse";
            query: string;
        };
        /**
         * Searched
         * @description What a question found.
         */
        Searched: {
            base: string;
            fusion: string;
            mode: string;
            ms: number;
            passages: components["schemas"]["FoundPassage"][];
            rerank: string;
            retrievers: string[];
            snapshot: string;
        };
        /**
         * SecretLine
         * @description One secret of a key: its last characters.
         */
        SecretLine: {
            ending: string;
            expires_ms: number | null;
            made_ms: number;
        };
        /**
         * SessionHead
         * @description A conversation in a list.
         */
        SessionHead: {
            down: number;
            failed: number;
            first_ms: number;
            last_ms: number;
            requests: number;
            served: string;
            session: string;
            tokens: number;
            up: number;
            user: string;
        };
        /**
         * SessionList
         * @description Conversations with the newest turns first.
         */
        SessionList: {
            more: boolean;
            next: string;
            sessions: components["schemas"]["SessionHead"][];
        };
        /**
         * SessionTold
         * @description A conversation: its newest turns, in order.
         */
        SessionTold: {
            more: boolean;
            next: string;
            served: string;
            session: string;
            title: string;
            total: number;
            turns: components["schemas"]["SessionTurn"][];
            user: string;
        };
        /**
         * SessionTurn
         * @description One question with its answer.
         */
        SessionTurn: {
            answer: string;
            at_ms: number;
            cached: string;
            degraded: string;
            error: string;
            feedback: components["schemas"]["TurnFeedback"][];
            first_ms: number;
            model: string;
            more: boolean;
            ms: number;
            question: string;
            release: string;
            served: string;
            span: string;
            status: number;
            tokens: number;
            trace: string;
        };
        /**
         * SetBudget
         * @description What a key, or its owner, may spend from now on: all of it, what is not named goes.
         */
        SetBudget: {
            budgets: string[];
            /** @default false */
            owner: boolean;
        };
        /**
         * ShownOutput
         * @description What a run answered.
         */
        ShownOutput: {
            cut: boolean;
            error: string;
            gone: boolean;
            index: number;
            json: unknown;
            run: string;
            text: string;
            trace: string;
            trial: number;
        };
        /**
         * Span
         * @description A span and what was kept of it.
         */
        Span: {
            attributes: Record<string, never>;
            cost: {
                [key: string]: number;
            };
            error: string;
            input: components["schemas"]["Body"] | null;
            input_tokens: number;
            item: number;
            kind: string;
            labels: components["schemas"]["SpanLabels"] | null;
            messages: components["schemas"]["Said"][];
            model: string;
            more_messages: boolean;
            ms: number;
            name: string;
            output: components["schemas"]["Body"] | null;
            output_tokens: number;
            parent: string;
            prompts: components["schemas"]["PromptUsed"][];
            record: components["schemas"]["Recorded"] | null;
            retrieval: components["schemas"]["Retrieval"] | null;
            run: string;
            span: string;
            started_ms: number;
            /** @enum {unknown} */
            state: "failed" | "hit" | "ok" | "unset";
            subject: string;
            trace: string;
            trial: number;
            unpriced: boolean;
            usage: {
                [key: string]: number;
            };
        };
        /**
         * SpanAsked
         * @description Which span.
         */
        SpanAsked: {
            span: string;
            trace: string;
        };
        /**
         * SpanLabels
         * @description Where a value comes from and who may read it.
         */
        SpanLabels: {
            integrity: string;
            origins: string[];
            readers: string[] | null;
            trusted: boolean;
        };
        /**
         * Speed
         * @description Quantiles over time, exact to 4.5 %.
         */
        Speed: {
            at_ms: number[];
            every_ms: number;
            groups: components["schemas"]["SpeedGroup"][];
            p50: (number | null)[];
            p95: (number | null)[];
            p99: (number | null)[];
            total: components["schemas"]["SpeedGroup"];
        };
        /**
         * SpeedGroup
         * @description Quantiles of one value; null where nothing was measured.
         */
        SpeedGroup: {
            p50: number | null;
            p95: number | null;
            p99: number | null;
            value: string;
        };
        /**
         * Spent
         * @description Money of one currency.
         */
        Spent: {
            cost_micros: number;
            currency: string;
            saved_micros: number;
        };
        /**
         * SplitDataset
         * @description Divide a file by the hash of each row's input, so that a row stays in its part when others come.
         */
        SplitDataset: {
            digest: string;
            /** @default [] */
            keys: string[];
            parts: components["schemas"]["SplitPart"][];
            path: string;
            /** @default 0 */
            seed: number;
        };
        /**
         * SplitPart
         * @description One part of a split.
         */
        SplitPart: {
            path: string;
            share: number;
        };
        /**
         * Status
         * @description Where the studio is.
         */
        Status: {
            bases: string[];
            models: string[];
            now_ms: number;
            /** @default null */
            problem: components["schemas"]["Problem"] | null;
            project: string;
            runs: number;
            version: string;
        };
        /**
         * Target
         * @description A step of the project.
         */
        Target: {
            file: string;
            line: number;
            name: string;
        };
        /**
         * TargetList
         * @description The steps of the project's sources, by file and place.
         */
        TargetList: {
            more: boolean;
            targets: components["schemas"]["Target"][];
        };
        /**
         * TermShare
         * @description What one term of the question adds to a passage's keyword score.
         */
        TermShare: {
            df: number;
            idf: number;
            score: number;
            term: string;
            tf: number;
        };
        /**
         * Told
         * @description An error's words in one language.
         */
        Told: {
            todo: string;
            what: string;
        };
        /**
         * TopicLine
         * @description Questions that lie close together.
         */
        TopicLine: {
            /** @enum {unknown} */
            by: "embedding" | "words";
            count: number;
            example: string;
            questions: components["schemas"]["AskedQuestion"][];
            unanswered: number;
            words: string[];
        };
        /**
         * Topics
         * @description What people asked about.
         */
        Topics: {
            complete: boolean;
            questions: number;
            topics: components["schemas"]["TopicLine"][];
        };
        /**
         * Trace
         * @description A trace as columns: place n of each belongs to the same span; spans stand in the order of a tree.
         *
         *         Names, kinds, models, currencies and origins are places in `strings`, where place 0 is the empty text.
         */
        Trace: {
            costs_micros: (number | null)[];
            critical: number[];
            critical_ms: number[];
            currencies: number[];
            dearest: number[];
            depths: number[];
            durations_ms: number[];
            failed: number[];
            from_record: number[];
            head: components["schemas"]["TraceTotals"];
            ids: string[];
            input_tokens: number[];
            kinds: number[];
            models: number[];
            more: boolean;
            names: number[];
            output_tokens: number[];
            parents: number[];
            previews: string[];
            slowest: number[];
            starts_ms: number[];
            states: number[];
            strings: string[];
            total: number;
        };
        /**
         * TraceAsked
         * @description Which trace.
         */
        TraceAsked: {
            /**
             * @default open
             * @enum {unknown}
             */
            hits: "closed" | "open";
            /** @default 10000 */
            limit: number;
            trace: string;
        };
        /**
         * TraceFilter
         * @description Which traces. What is said of a span holds for the root or for any span beneath it; empty: whichever.
         */
        TraceFilter: {
            /**
             * @default
             * @enum {unknown}
             */
            cached: "" | "no" | "yes";
            /** @default  */
            kind: string;
            /** @default 0 */
            max_ms: number;
            /** @default 0 */
            min_ms: number;
            /** @default  */
            model: string;
            /** @default  */
            name: string;
            /** @default  */
            q: string;
            /**
             * @default
             * @enum {unknown}
             */
            rated: "" | "down" | "up" | "yes";
            /** @default  */
            run: string;
            /**
             * @default
             * @enum {unknown}
             */
            scoring: "" | "yes";
            /** @default 0 */
            since_ms: number;
            /**
             * @default
             * @enum {unknown}
             */
            status: "" | "failed" | "ok";
            /** @default 0 */
            until_ms: number;
        };
        /**
         * TraceHead
         * @description A trace in a list.
         */
        TraceHead: {
            cost: {
                [key: string]: number;
            };
            /** @default 0 */
            down: number;
            error: string;
            failed: number;
            hits: number;
            input: string;
            input_tokens: number;
            item: number;
            kind: string;
            models: string[];
            ms: number;
            name: string;
            output: string;
            output_tokens: number;
            partial: boolean;
            run: string;
            span: string;
            spans: number;
            started_ms: number;
            /** @enum {unknown} */
            state: "failed" | "hit" | "ok" | "unset";
            trace: string;
            trial: number;
            unpriced_calls: number;
            /** @default 0 */
            up: number;
        };
        /**
         * TraceList
         * @description A page of traces, newest first.
         */
        TraceList: {
            more: boolean;
            next: string;
            scanned: number;
            traces: components["schemas"]["TraceHead"][];
        };
        /**
         * TraceTotals
         * @description What a trace came to. What is shown from the record does not count.
         */
        TraceTotals: {
            cost: {
                [key: string]: number;
            };
            error: string;
            failed: number;
            hits: number;
            input_tokens: number;
            item: number;
            kind: string;
            models: {
                [key: string]: number;
            };
            ms: number;
            name: string;
            output_tokens: number;
            run: string;
            spans: number;
            started_ms: number;
            /** @enum {unknown} */
            state: "failed" | "hit" | "ok" | "unset";
            trace: string;
            trial: number;
            unpriced_calls: number;
        };
        /**
         * Traffic
         * @description Figures over time.
         */
        Traffic: {
            at_ms: number[];
            currency: string;
            every_ms: number;
            groups: components["schemas"]["TrafficGroup"][];
            points: components["schemas"]["Figures"][];
            total: components["schemas"]["Figures"];
        };
        /**
         * TrafficGroup
         * @description One value of what figures are kept apart by.
         */
        TrafficGroup: {
            costs_micros: number[];
            counts: number[];
            label: string;
            total: components["schemas"]["Figures"];
            value: string;
        };
        /**
         * TroubledDocument
         * @description A document with its problems.
         */
        TroubledDocument: {
            doc: string;
            failed: boolean;
            problems: components["schemas"]["DocumentProblem"][];
        };
        /**
         * Turn
         * @description One message of a model call.
         */
        Turn: {
            role: string;
            text: string;
        };
        /**
         * TurnFeedback
         * @description What one person said of a turn.
         */
        TurnFeedback: {
            at_ms: number;
            comment: string;
            /** @enum {unknown} */
            rating: -1 | 0 | 1;
            source: string;
            user: string;
        };
        /**
         * Variant
         * @description One way to ask: a prompt, else a whole conversation, else `system` and `user`, which are templates.
         */
        Variant: {
            /** @default null */
            max_tokens: number | null;
            model: string;
            /** @default  */
            prompt: string;
            /** @default  */
            system: string;
            /** @default null */
            temperature: number | null;
            /** @default null */
            text: string | null;
            /** @default [] */
            turns: components["schemas"]["PlayTurn"][];
            /** @default  */
            user: string;
        };
        /**
         * WhoBody
         * @description A person.
         */
        WhoBody: {
            reviewer: string;
        };
        /**
         * Why
         * @description What differed from the nearest earlier call, as `why --json` has it.
         */
        Why: {
            causes: components["schemas"]["Cause"][];
            nearest: components["schemas"]["Nearest"];
        };
        /**
         * WhyAsked
         * @description Which calls of a run.
         */
        WhyAsked: {
            /** @default null */
            row: number | null;
            run: string;
            /** @default  */
            step: string;
        };
        /**
         * Withdrawn
         * @description Which answer was taken back; null: there was none.
         */
        Withdrawn: {
            left: number;
            place: number | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_audit: {
        parameters: {
            query?: {
                action?: string;
                before?: number;
                limit?: number;
                object?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditLog"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    check_audit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditChain"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export_cases: {
        parameters: {
            query?: {
                numbers?: string;
                target?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_cases: {
        parameters: {
            query?: {
                owner?: string;
                target?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaseBoard"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    open_case: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OpenCase"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Case"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_case: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Case"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    note_case: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NoteCase"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Case"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    assign_case: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AssignCase"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Case"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    move_case: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MoveCase"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Case"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compare_runs: {
        parameters: {
            query: {
                a: string;
                b: string;
                by?: string;
                key?: string;
                limit?: number;
                offset?: number;
                only?: "" | "broken" | "changed" | "fixed" | "unpaired";
                q?: string;
                sort?: string;
                value?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Comparison"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compare_candidates: {
        parameters: {
            query: {
                a: string;
                b: string[];
                limit?: number;
                offset?: number;
                on?: string;
                only?: "" | "broken" | "changed" | "fixed";
                q?: string;
                sort?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Candidates"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    check_dataset: {
        parameters: {
            query?: {
                against?: string;
                keys?: string;
                threshold?: number;
            };
            header?: never;
            path: {
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetCheck"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_dataset_history: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetHistory"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_dataset_row: {
        parameters: {
            query: {
                line: number;
            };
            header?: never;
            path: {
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetRow"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    split_dataset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SplitDataset"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetSplit"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_datasets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetList"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_dataset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateDataset"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetWritten"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_dataset: {
        parameters: {
            query?: {
                limit?: number;
                offset?: number;
                only?: "" | "bad";
                q?: string;
            };
            header?: never;
            path: {
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dataset"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_row: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                path: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PutRow"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetWritten"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    add_rows: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                path: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddRows"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetWritten"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_row: {
        parameters: {
            query: {
                digest: string;
                line: number;
            };
            header?: never;
            path: {
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetWritten"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    events: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["RunsChanged"] | components["schemas"]["JobsChanged"] | components["schemas"]["FilesChanged"] | components["schemas"]["CasesChanged"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stop_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_keys: {
        parameters: {
            query?: {
                all?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyList"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    make_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MakeKey"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeKey"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyLine"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_budget: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetBudget"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyLine"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revoke_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyLine"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotate_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RotateKey"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeKey"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_bases: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BaseList"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_base: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                base: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Base"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ask_base: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                base: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AskBase"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BaseAnswer"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    build_base: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                base: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BuildBase"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_document: {
        parameters: {
            query: {
                all?: boolean;
                as?: string;
                doc: string;
                groups?: string;
                start?: number;
            };
            header?: never;
            path: {
                base: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentText"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_documents: {
        parameters: {
            query?: {
                all?: boolean;
                as?: string;
                groups?: string;
                limit?: number;
                offset?: number;
                only?: "" | "problems" | "restricted";
                q?: string;
            };
            header?: never;
            path: {
                base: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentList"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search_base: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                base: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SearchBase"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Searched"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_matrices: {
        parameters: {
            query?: {
                target?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MatrixList"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_matrix: {
        parameters: {
            query?: {
                limit?: number;
                offset?: number;
                only?: string;
                scorer?: string;
            };
            header?: never;
            path: {
                matrix: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Matrix"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_alerts: {
        parameters: {
            query?: {
                key?: string;
                model?: string;
                release?: string;
                served?: string;
                since_ms?: number;
                until_ms?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alerts"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_business: {
        parameters: {
            query?: {
                key?: string;
                model?: string;
                release?: string;
                served?: string;
                since_ms?: number;
                until_ms?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Business"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_choices: {
        parameters: {
            query?: {
                key?: string;
                model?: string;
                release?: string;
                served?: string;
                since_ms?: number;
                until_ms?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Choices"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_kinds: {
        parameters: {
            query?: {
                key?: string;
                model?: string;
                of?: "errors" | "hits";
                release?: string;
                served?: string;
                since_ms?: number;
                until_ms?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Kinds"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_processes: {
        parameters: {
            query?: {
                key?: string;
                model?: string;
                release?: string;
                served?: string;
                since_ms?: number;
                until_ms?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Processes"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_quality: {
        parameters: {
            query?: {
                key?: string;
                model?: string;
                release?: string;
                served?: string;
                since_ms?: number;
                until_ms?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Quality"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_speed: {
        parameters: {
            query?: {
                by?: "" | "key" | "model" | "release" | "served";
                key?: string;
                model?: string;
                of?: "first" | "token" | "total";
                release?: string;
                served?: string;
                since_ms?: number;
                until_ms?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Speed"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_topics: {
        parameters: {
            query?: {
                key?: string;
                model?: string;
                only?: "" | "unanswered";
                release?: string;
                served?: string;
                since_ms?: number;
                until_ms?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Topics"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_traffic: {
        parameters: {
            query?: {
                by?: "" | "key" | "model" | "release" | "served";
                key?: string;
                model?: string;
                release?: string;
                served?: string;
                since_ms?: number;
                until_ms?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Traffic"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    plan_run: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RunBody"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    playground: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Play"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["PlayStart"] | components["schemas"]["PlayDelta"] | components["schemas"]["PlayDone"] | components["schemas"]["PlayEnd"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_prompt_calls: {
        parameters: {
            query?: {
                limit?: number;
                only?: "" | "failed";
                version?: string;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromptAskings"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    check_prompt: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CheckPrompt"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromptChecked"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    diff_prompt: {
        parameters: {
            query: {
                after?: string;
                before: string;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromptDiff"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    render_prompt: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RenderPrompt"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rendered"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_prompts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromptList"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_prompt: {
        parameters: {
            query?: {
                version?: string;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromptDetail"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_prompt: {
        parameters: {
            query?: {
                version?: string;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PutPrompt"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromptWritten"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_releases: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReleaseBoard"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_requests: {
        parameters: {
            query?: {
                before?: string;
                cached?: string;
                error?: string;
                flag?: "" | "degraded" | "guarded" | "refused" | "unanswered";
                key?: string;
                limit?: number;
                min_ms?: number;
                model?: string;
                rated?: "" | "down" | "up" | "yes";
                release?: string;
                served?: string;
                session?: string;
                since_ms?: number;
                status?: string;
                until_ms?: number;
                user?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestList"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_reviews: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReviewList"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    make_review: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewReview"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReviewHead"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_review: {
        parameters: {
            query?: {
                reviewer?: string;
            };
            header?: never;
            path: {
                review: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Review"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    end_review: {
        parameters: {
            query?: {
                reviewer?: string;
            };
            header?: never;
            path: {
                review: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WhoBody"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Review"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_review_item: {
        parameters: {
            query?: {
                reviewer?: string;
            };
            header?: never;
            path: {
                place: number;
                review: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReviewItem"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_answer: {
        parameters: {
            query?: {
                reviewer?: string;
            };
            header?: never;
            path: {
                place: number;
                review: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AnswerBody"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnswerKept"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_result: {
        parameters: {
            query?: {
                criterion?: string;
                reviewer?: string;
                scorer?: string;
            };
            header?: never;
            path: {
                review: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReviewResult"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    undo_answer: {
        parameters: {
            query?: {
                reviewer?: string;
            };
            header?: never;
            path: {
                review: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WhoBody"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Withdrawn"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_runs: {
        parameters: {
            query?: {
                before?: string;
                limit?: number;
                target?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunList"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    start_run: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RunBody"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunHead"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_cell: {
        parameters: {
            query: {
                nth?: number;
                step: string;
                trial?: number;
            };
            header?: never;
            path: {
                index: number;
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CellDetail"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export_run: {
        parameters: {
            query?: {
                format?: "csv" | "html" | "jsonl" | "md";
                lang?: "en" | "zh";
            };
            header?: never;
            path: {
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_grid: {
        parameters: {
            query?: {
                by?: string;
                limit?: number;
                offset?: number;
                only?: "" | "changed" | "failed" | "ran";
                q?: string;
                score?: "" | "error" | "floor" | "imperfect" | "none";
                scorer?: string;
                sort?: "" | "-input" | "-ms" | "-output" | "-score" | "-state" | "input" | "ms" | "output" | "score" | "state";
            };
            header?: never;
            path: {
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Grid"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_item: {
        parameters: {
            query?: {
                trial?: number;
            };
            header?: never;
            path: {
                index: number;
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Item"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    live_run: {
        parameters: {
            query?: {
                mark?: string;
            };
            header?: never;
            path: {
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["Batch"] | components["schemas"]["Partial"] | components["schemas"]["Ended"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    why_run: {
        parameters: {
            query?: {
                row?: number | null;
                step?: string;
            };
            header?: never;
            path: {
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Why"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_sessions: {
        parameters: {
            query?: {
                before?: string;
                limit?: number;
                rated?: "" | "down" | "up" | "yes";
                served?: string;
                user?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionList"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_session: {
        parameters: {
            query?: {
                before?: string;
            };
            header?: never;
            path: {
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionTold"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    status: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Status"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_targets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetList"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_traces: {
        parameters: {
            query?: {
                before?: string;
                cached?: "" | "no" | "yes";
                kind?: string;
                limit?: number;
                max_ms?: number;
                min_ms?: number;
                model?: string;
                name?: string;
                q?: string;
                rated?: "" | "down" | "up" | "yes";
                run?: string;
                scoring?: "" | "yes";
                since_ms?: number;
                status?: "" | "failed" | "ok";
                until_ms?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TraceList"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_trace: {
        parameters: {
            query?: {
                hits?: "closed" | "open";
                limit?: number;
            };
            header?: never;
            path: {
                trace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Trace"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    open_trace_case: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                trace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OpenTraceCase"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Case"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                trace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Change"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Replayed"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_span: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                span: string;
                trace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Span"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_body: {
        parameters: {
            query?: {
                form?: "json" | "raw" | "text";
                side?: "input" | "output";
            };
            header?: never;
            path: {
                span: string;
                trace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    find_span_inputs: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                span: string;
                trace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Opening"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    live_traces: {
        parameters: {
            query?: {
                cached?: "" | "no" | "yes";
                kind?: string;
                max_ms?: number;
                min_ms?: number;
                model?: string;
                name?: string;
                q?: string;
                rated?: "" | "down" | "up" | "yes";
                run?: string;
                scoring?: "" | "yes";
                since_ms?: number;
                status?: "" | "failed" | "ok";
                until_ms?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["NewTraces"];
                };
            };
            /** @description what is wrong and what to do */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
