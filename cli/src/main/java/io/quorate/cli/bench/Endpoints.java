package io.quorate.cli.bench;

import io.quorate.cli.common.CommandFailure;
import java.util.List;

/** Endpoints as a user writes them. */
final class Endpoints {
    private Endpoints() {}

    /** @return each as HOST:PORT */
    static List<String> parse(List<String> written) {
        return written.stream().map(Endpoints::parse).toList();
    }

    private static String parse(String written) {
        if (written.startsWith("https://")) {
            throw new CommandFailure(written + ": TLS is not supported yet; use http://");
        }
        String endpoint = written.strip().replaceFirst("^http://", "");
        if (!endpoint.matches("(\\[[0-9a-fA-F:]+]|[^:/\\s]+):[0-9]{1,5}")) {
            throw new CommandFailure("'" + written + "' is no endpoint: write it as HOST:PORT or http://HOST:PORT");
        }
        return endpoint;
    }
}
