package io.quorate.testkit;

import java.util.Arrays;

/** What a report says of the user's values. */
final class Texts {
    private Texts() {}

    /** As {@link #of}, and equal in every JVM, as far as the value's class says anything at all. */
    static String inEveryJvm(Object value) {
        try {
            boolean isMute = !value.getClass().isArray()
                    && value.getClass().getMethod("toString").getDeclaringClass() == Object.class;
            return (isMute ? value.getClass().getName() : of(value)).replace('\n', ' ');
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("every class has it", e);
        }
    }

    /** Arrays by what they hold. */
    static String of(Object value) {
        if (value.getClass().isArray()) {
            String text = Arrays.deepToString(new Object[] {value});
            return text.substring(1, text.length() - 1);
        }
        return value.toString();
    }
}
