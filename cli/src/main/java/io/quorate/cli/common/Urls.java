package io.quorate.cli.common;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;

/** URLs as flags give them. */
public final class Urls {
    private Urls() {}

    /** @throws IllegalArgumentException naming the flag and what is wrong */
    public static List<URI> of(String flag, String... texts) {
        List<URI> urls = new ArrayList<>();
        for (String text : texts) {
            try {
                urls.add(new URI(text));
            } catch (URISyntaxException wrong) {
                throw new IllegalArgumentException(flag + ": " + text + " is no URL: " + wrong.getReason(), wrong);
            }
        }
        return urls;
    }
}
