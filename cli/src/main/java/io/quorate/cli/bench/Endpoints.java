package io.quorate.cli.bench;

import io.quorate.cli.common.Endpoint;
import java.util.List;

/** Endpoints as a user writes them. */
final class Endpoints {
    private Endpoints() {}

    /** @return each as HOST:PORT */
    static List<String> parse(List<String> written) {
        return written.stream().map(endpoint -> Endpoint.parse(endpoint, 1, 1)).toList();
    }
}
