package io.quorate.server.rpc;

import io.quorate.node.MembershipChange;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;

/** What a member may give as the addresses where its peers reach it. */
final class PeerUrls {
    /** The form that every one of them has. */
    static final String FORM = "a peer URL has the form http://host:port";

    private static final int MAX_PORT = 65_535;

    private PeerUrls() {}

    static boolean areValid(List<String> urls) {
        return !urls.isEmpty()
                && urls.size() <= MembershipChange.MAX_PEER_URLS
                && urls.stream().mapToInt(String::length).sum() <= MembershipChange.MAX_URLS_BYTES
                && urls.stream().allMatch(PeerUrls::isValid);
    }

    private static boolean isValid(String text) {
        try {
            URI url = new URI(text);
            return text.length() <= MembershipChange.MAX_URL_BYTES // all of them ASCII
                    && "http".equals(url.getScheme())
                    && url.getHost() != null
                    && url.getPort() > 0
                    && url.getPort() <= MAX_PORT
                    && (url.getPath() == null || url.getPath().isEmpty());
        } catch (URISyntaxException wrong) {
            return false;
        }
    }
}
