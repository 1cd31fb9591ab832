package io.quorate.testkit;

import java.util.Arrays;

/** What a report says of the user's values. */
final class Texts {
    private Texts() {}

    /** Arrays by what they hold. */
    static String of(Object value) {
        if (value.getClass().isArray()) {
            String text = Arrays.deepToString(new Object[] {value});
            return text.substring(1, text.length() - 1);
        }
        return value.toString();
    }
}
