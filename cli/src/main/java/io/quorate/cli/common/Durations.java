package io.quorate.cli.common;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Times as Go writes them, e.g. {@code 500ms}, {@code 5s}, {@code 1m30s}, to milliseconds, rounded up. */
public final class Durations implements ITypeConverter<Long> {
    private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|ms|s|m|h)");
    /** Some 290 years, as in Go: so that it fits into a number of nanoseconds. */
    private static final BigDecimal MOST_MILLIS = BigDecimal.valueOf(Long.MAX_VALUE / 1_000_000);

    /** @throws CommandFailure if it is no time */
    public static long millis(String text) {
        try {
            return new Durations().convert(text);
        } catch (TypeConversionException wrong) {
            throw new CommandFailure(2, String.valueOf(wrong.getMessage()));
        }
    }

    @Override
    public Long convert(String text) {
        if (text.equals("0")) {
            return 0L;
        }
        Matcher part = PART.matcher(text);
        BigDecimal millis = BigDecimal.ZERO;
        int end = 0;
        while (part.find() && part.start() == end) {
            millis = millis.add(new BigDecimal(part.group(1)).multiply(unitMillis(part.group(2))));
            end = part.end();
        }
        if (end == 0 || end != text.length()) {
            throw new TypeConversionException("'" + text + "' is no time; write e.g. 500ms, 5s or 1m30s");
        }
        if (millis.compareTo(MOST_MILLIS) > 0) {
            throw new TypeConversionException("'" + text + "' is too long a time");
        }
        return millis.setScale(0, RoundingMode.CEILING).longValueExact();
    }

    private static BigDecimal unitMillis(String unit) {
        return switch (unit) {
            case "ns" -> BigDecimal.ONE.movePointLeft(6);
            case "us", "µs" -> BigDecimal.ONE.movePointLeft(3);
            case "ms" -> BigDecimal.ONE;
            case "s" -> BigDecimal.valueOf(1000);
            case "m" -> BigDecimal.valueOf(60_000);
            default -> BigDecimal.valueOf(3_600_000);
        };
    }
}
