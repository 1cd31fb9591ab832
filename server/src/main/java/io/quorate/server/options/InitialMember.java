package io.quorate.server.options;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One member as {@code --initial-cluster} names it.
 *
 * @param name unique in the cluster
 * @param peerUrls where its peers reach it; at least one
 */
public record InitialMember(String name, List<URI> peerUrls) {
    public InitialMember {
        peerUrls = List.copyOf(peerUrls);
    }

    /**
     * Reads {@code n1=http://10.0.0.1:2380,n2=http://10.0.0.2:2380}; a name that comes twice has two URLs.
     *
     * @throws IllegalArgumentException saying which part is no {@code name=URL}
     */
    public static List<InitialMember> parse(String initialCluster) {
        Map<String, List<URI>> urlsByName = new LinkedHashMap<>();
        for (String part : initialCluster.split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals <= 0 || equals == part.length() - 1) {
                throw new IllegalArgumentException("--initial-cluster: \"" + part + "\" is not of the form name=URL");
            }
            String name = part.substring(0, equals).strip();
            urlsByName.computeIfAbsent(name, ignored -> new ArrayList<>()).add(uri(part.substring(equals + 1)));
        }
        return urlsByName.entrySet().stream()
                .map(entry -> new InitialMember(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** The URLs as text, for hashing and for the membership. */
    public List<String> peerUrlTexts() {
        return peerUrls.stream().map(URI::toString).toList();
    }

    private static URI uri(String text) {
        try {
            return URI.create(text.strip());
        } catch (IllegalArgumentException bad) {
            throw new IllegalArgumentException("--initial-cluster: \"" + text + "\" is no URL", bad);
        }
    }
}
