package io.quorate.cli.client;

import io.quorate.cli.common.CommandFailure;
import io.quorate.etcd.etcdserverpb.Compare;
import io.quorate.etcd.etcdserverpb.Compare.CompareResult;
import io.quorate.etcd.etcdserverpb.Compare.CompareTarget;
import io.quorate.etcd.etcdserverpb.DeleteRangeRequest;
import io.quorate.etcd.etcdserverpb.PutRequest;
import io.quorate.etcd.etcdserverpb.RangeRequest;
import io.quorate.etcd.etcdserverpb.RequestOp;
import io.quorate.etcd.etcdserverpb.TxnRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A transaction as text: three paragraphs, ended by empty lines. First the comparisons, e.g. {@code mod("x") > "0"} or
 * {@code value("x") = "1"}; then what to do if all hold; then what to do otherwise, each line {@code put}, {@code get} or
 * {@code del}.
 */
final class TxnScript {
    /** Its quantifiers are possessive: others take a level of the stack for each letter. */
    private static final String QUOTED = "\"((?:[^\"\\\\]++|\\\\.)*+)\"";

    private static final Pattern COMPARE =
            Pattern.compile("\\s*(\\w+)\\(" + QUOTED + "\\)\\s*([<=>!]+)\\s*" + QUOTED + "\\s*");
    private static final Pattern WORD = Pattern.compile(QUOTED + "|'([^']*)'|(\\S+)");

    private TxnScript() {}

    static TxnRequest parse(List<String> lines) {
        List<List<String>> paragraphs = new ArrayList<>(List.of(new ArrayList<>()));
        for (String line : lines) {
            if (line.isBlank() && paragraphs.size() < 3) {
                paragraphs.add(new ArrayList<>());
            } else if (!line.isBlank()) {
                paragraphs.get(paragraphs.size() - 1).add(line);
            } else {
                break;
            }
        }
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        paragraphs.get(0).forEach(line -> txn.addCompare(compare(line)));
        if (paragraphs.size() > 1) {
            paragraphs.get(1).forEach(line -> txn.addSuccess(operation(line)));
        }
        if (paragraphs.size() > 2) {
            paragraphs.get(2).forEach(line -> txn.addFailure(operation(line)));
        }
        return txn.build();
    }

    static Compare compare(String line) {
        Matcher parts = COMPARE.matcher(line);
        if (!parts.matches()) {
            throw bad("malformed comparison: " + line + " (write e.g. mod(\"x\") > \"0\")");
        }
        Compare.Builder compare = Compare.newBuilder()
                .setKey(Keys.bytes(unescaped(parts.group(2))))
                .setResult(result(parts.group(3)));
        String operand = unescaped(parts.group(4));
        return switch (parts.group(1).toLowerCase(Locale.ROOT)) {
            case "ver", "version" ->
                compare.setTarget(CompareTarget.VERSION)
                        .setVersion(number(operand))
                        .build();
            case "c", "create" ->
                compare.setTarget(CompareTarget.CREATE)
                        .setCreateRevision(number(operand))
                        .build();
            case "m", "mod" ->
                compare.setTarget(CompareTarget.MOD)
                        .setModRevision(number(operand))
                        .build();
            case "val", "value" ->
                compare.setTarget(CompareTarget.VALUE)
                        .setValue(Keys.bytes(operand))
                        .build();
            case "lease" ->
                compare.setTarget(CompareTarget.LEASE).setLease(hex(operand)).build();
            default ->
                throw bad("malformed comparison: " + line + " (unknown target " + parts.group(1)
                        + "; there are ver, create, mod, val and lease)");
        };
    }

    private static CompareResult result(String sign) {
        return switch (sign) {
            case "=" -> CompareResult.EQUAL;
            case "!=" -> CompareResult.NOT_EQUAL;
            case ">" -> CompareResult.GREATER;
            case "<" -> CompareResult.LESS;
            default -> throw bad("invalid comparison operator " + sign + "; there are = != > <");
        };
    }

    static RequestOp operation(String line) {
        List<String> words = words(line);
        List<String> plain =
                words.stream().filter(word -> !word.startsWith("--")).toList();
        List<String> options =
                words.stream().filter(word -> word.startsWith("--")).toList();
        String verb = plain.isEmpty() ? "" : plain.get(0);
        for (String option : options) {
            boolean known = option.equals("--prefix") || option.equals("--from-key");
            if (!known || verb.equals("put")) {
                throw bad("unknown option " + option + " in transaction: " + line);
            }
        }
        if (verb.equals("put") && plain.size() == 3) {
            return RequestOp.newBuilder()
                    .setRequestPut(PutRequest.newBuilder()
                            .setKey(Keys.bytes(plain.get(1)))
                            .setValue(Keys.bytes(plain.get(2))))
                    .build();
        }
        if ((verb.equals("get") || verb.equals("del")) && (plain.size() == 2 || plain.size() == 3)) {
            Keys.Range range = Keys.Range.of(
                    plain.get(1),
                    plain.size() == 3 ? plain.get(2) : "",
                    options.contains("--prefix"),
                    options.contains("--from-key"));
            return ranged(verb, range);
        }
        throw bad("invalid txn request: " + line + " (write put KEY VALUE, get KEY [END] or del KEY [END])");
    }

    private static RequestOp ranged(String verb, Keys.Range range) {
        RequestOp.Builder operation = RequestOp.newBuilder();
        return verb.equals("get")
                ? operation
                        .setRequestRange(
                                RangeRequest.newBuilder().setKey(range.key()).setRangeEnd(range.end()))
                        .build()
                : operation
                        .setRequestDeleteRange(DeleteRangeRequest.newBuilder()
                                .setKey(range.key())
                                .setRangeEnd(range.end()))
                        .build();
    }

    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(line);
        while (word.find()) {
            words.add(
                    word.group(1) != null
                            ? unescaped(word.group(1))
                            : word.group(2) != null ? word.group(2) : word.group(3));
        }
        return words;
    }

    private static String unescaped(String quoted) {
        return quoted.replaceAll("\\\\(.)", "$1");
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException notANumber) {
            throw bad("'" + text + "' is no number");
        }
    }

    private static long hex(String text) {
        try {
            return Long.parseUnsignedLong(text, 16);
        } catch (NumberFormatException notANumber) {
            throw bad("'" + text + "' is no lease id in hexadecimal");
        }
    }

    private static CommandFailure bad(String what) {
        return new CommandFailure(ExitCode.INVALID_INPUT, what);
    }
}
