package io.quorate.cli.differential;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Where {@code ./quorate}'s verbs print something else than etcdctl 3.4, with which {@code EtcdctlTest} compares them. */
public final class EtcdctlFormats {
    /** Words of etcdctl's that are refused, with the reason. */
    static final Map<String, String> NOT_OURS = new TreeMap<>(Map.of(
            "fields", "a format for people who debug etcdctl: json has the same fields",
            "protobuf", "a program that reads protobuf has stubs to ask with",
            "--hex", "bytes that are no text are in json, as base64"));

    /** {@code EtcdctlTest} brings 3.4's output into this form, or leaves these fields out of ours. */
    private static final List<String> AS_IN_36 = List.of(
            "the answers in a transaction are named as the interface names them, such as `response_put`",
            "`endpoint health` tells of a healthy endpoint on standard output; 3.4 does on standard error",
            "`endpoint status` and `endpoint hashkv` have 3.6's new fields in json, and hashkv's revision in the table");

    /** Stricter than etcdctl, on purpose. */
    private static final List<String> OF_OUR_OWN = List.of(
            "`-w table` of a verb that has no table is refused before anything is written; etcdctl writes first."
                    + " `member add`, `promote`, `remove`, `update` and `move-leader` take it and print words, as etcdctl does",
            "`get` refuses a third word, with exit code 128; etcdctl does not read it",
            "on standard error stand sentences of our own; the exit code is etcdctl's");

    private EtcdctlFormats() {}

    public static String markdown() {
        StringBuilder list = new StringBuilder();
        NOT_OURS.forEach((word, reason) -> list.append("- not here: `")
                .append(word.startsWith("-") ? word : "-w " + word)
                .append("`; ")
                .append(reason)
                .append("\n"));
        AS_IN_36.forEach(
                each -> list.append("- as in 3.6, by reading: ").append(each).append("\n"));
        OF_OUR_OWN.forEach(each -> list.append("- ").append(each).append("\n"));
        return list.toString();
    }
}
