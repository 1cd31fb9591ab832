package io.quorate.cli.checklist;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.quorate.cli.differential.EtcdctlFormats;
import io.quorate.cli.differential.KnownDifference;
import io.quorate.cli.differential.NotCompared;
import io.quorate.cli.server.FlagTable;
import io.quorate.etcd.etcdserverpb.RpcProto;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How each RPC of etcd's, and each field of its request, compares: the same where a line of the checklist proves it,
 * different where it is listed below with how and why, absent where it is listed as such and answers UNIMPLEMENTED. What is
 * neither fails a test, so that nothing is forgotten.
 */
final class Compatibility {
    static final List<Class<?>> PARTS = List.of(
            KvChecklist.class,
            TxnChecklist.class,
            TransportChecklist.class,
            RefusalChecklist.class,
            LostQuorumChecklist.class);

    /** Services of which nothing is there yet. */
    private static final List<String> ABSENT_SERVICES = List.of("Watch", "Lease", "Auth");

    private static final List<String> ABSENT = List.of("Maintenance.Defragment", "Maintenance.Downgrade");

    private static final Map<String, String> DIFFERENT = Map.of(
            "MemberAddRequest.isLearner",
                    "any number of learners: etcd refuses a second one by `--max-learners`; a learner serves linearizable"
                            + " calls too, as every member does here. A voter that was added reads as `isLearner` false until"
                            + " it starts, true until it has caught up, and false from then on",
            "Maintenance.Hash",
                    "equal on all members of a cluster, but not etcd's number, which is over its own file format",
            "Maintenance.Snapshot",
                    "etcd's frames around a file of our own format, which etcd's tools save, check by length and cannot read",
            "Maintenance.Alarm", "lists only: no alarm can be raised yet, so ACTIVATE and DEACTIVATE are UNIMPLEMENTED",
            "AlarmRequest.memberID", "ignored, since no alarm can be raised yet",
            "AlarmRequest.alarm", "ignored, since no alarm can be raised yet",
            "CompactionRequest.physical", "changes nothing: history is dropped when the compaction is applied",
            "PutRequest.lease", "there are no leases yet, so every lease but 0 is not found");

    /** Beside what {@link KnownDifference} names. */
    private static final List<String> READ_IN_36 = List.of(
            "`Maintenance.Status` tells 3.6's version, `storageVersion`, `dbSizeQuota` and `downgradeInfo`",
            "`Cluster.MemberList` takes `linearizable`; 3.4 does not know it",
            "`Maintenance.Alarm` answers with a header; 3.4's has none",
            "`etcdserver: invalid client api version`, and that it is refused",
            "the names and defaults of the flags that 3.4 does not have");

    private final Map<String, List<String>> linesByItem = new TreeMap<>();

    Compatibility() {
        for (Class<?> part : PARTS) {
            for (Method method : part.getDeclaredMethods()) {
                Line line = method.getAnnotation(Line.class);
                for (String item : line == null ? new String[0] : line.covers()) {
                    linesByItem
                            .computeIfAbsent(item, ignored -> new ArrayList<>())
                            .add(line.value());
                }
            }
        }
    }

    static List<ServiceDescriptor> services() {
        return RpcProto.getDescriptor().getServices();
    }

    static String name(MethodDescriptor rpc) {
        return rpc.getService().getName() + "." + rpc.getName();
    }

    static boolean isAbsent(MethodDescriptor rpc) {
        return ABSENT_SERVICES.contains(rpc.getService().getName()) || ABSENT.contains(name(rpc));
    }

    /** RPCs and fields that no list names and no line of the checklist covers, and names that etcd does not have. */
    List<String> forgotten() {
        List<String> known = new ArrayList<>();
        List<String> forgotten = new ArrayList<>();
        for (ServiceDescriptor service : services()) {
            for (MethodDescriptor rpc : service.getMethods()) {
                known.add(name(rpc));
                if (!isAbsent(rpc)) {
                    known.addAll(fields(rpc.getInputType(), new ArrayList<>()));
                }
            }
        }
        known.stream()
                .filter(item ->
                        !ABSENT.contains(item) && !ABSENT_SERVICES.contains(item.substring(0, item.indexOf('.'))))
                .filter(item -> !linesByItem.containsKey(item) && !DIFFERENT.containsKey(item))
                .forEach(forgotten::add);
        linesByItem.keySet().stream().filter(item -> !known.contains(item)).forEach(forgotten::add);
        DIFFERENT.keySet().stream().filter(item -> !known.contains(item)).forEach(forgotten::add);
        ABSENT.stream().filter(item -> !known.contains(item)).forEach(forgotten::add);
        return forgotten.stream().distinct().sorted().toList();
    }

    /** The fields of a request as {@code Message.field}, those of messages within it included. */
    private static List<String> fields(Descriptor message, List<String> found) {
        for (FieldDescriptor field : message.getFields()) {
            String item = message.getName() + "." + field.getName();
            if (!found.contains(item)) {
                found.add(item);
                if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                    fields(field.getMessageType(), found);
                }
            }
        }
        return found;
    }

    /** The document, from its first line to its last. */
    String document() {
        StringBuilder page = new StringBuilder()
                .append("# What of etcd's API is here\n\n")
                .append(
                        "Quorate is etcd API compatible, not affiliated with the etcd project. Wanted is the behaviour of etcd 3.6; the\n")
                .append(
                        "tests compare with an etcd 3.4 that runs, and what rests on reading is named at the end. This page is\n")
                .append(
                        "written by the checklist's tests, which run through generated stubs and, where it has words for the line, through\n")
                .append(
                        "jetcd; `CompatibilityTest` compares it with what they cover. *Same* names the lines of the checklist that prove it.\n")
                .append("*Absent* answers `UNIMPLEMENTED`.\n");
        for (ServiceDescriptor service : services()) {
            page.append("\n## ").append(service.getFullName()).append("\n\n");
            page.append(
                    "| RPC or field of its request | here | how we know, or how it differs |\n| --- | --- | --- |\n");
            List<String> shown = new ArrayList<>();
            for (MethodDescriptor rpc : service.getMethods()) {
                appendRpc(page, rpc, shown);
            }
        }
        page.append(
                        "\n## Flags of the server\n\nEach may also be given as a variable: `--data-dir` as `ETCD_DATA_DIR`, ours as `QUORATE_…`.\n\n")
                .append(FlagTable.markdown());
        page.append(
                        "\n## The checklist\n\nEach line is proved by a test that names it, or stands here with the reason. ")
                .append(
                        "*3.4 run*: what etcd does there was\ncompared with an etcd 3.4 that runs, by `DifferentialTest` ")
                .append("or `EtcdctlTest`. *Read*: it is known from reading only.\n\n")
                .append(ChecklistLines.markdown());
        appendReading(page);
        return page.toString();
    }

    private static void appendReading(StringBuilder page) {
        page.append("\n## What rests on reading\n\n")
                .append(
                        "No etcd 3.6 runs in the tests: Debian has 3.4. `DifferentialTest` sends equal random requests to a cluster and to\n")
                .append(
                        "a real etcd 3.4. Where 3.6 differs, we do what its source and its documents say, and no test has compared it.\n")
                .append("These are all differences that the random requests meet:\n\n");
        for (KnownDifference difference : KnownDifference.values()) {
            page.append("- ").append(difference.reason()).append("\n");
        }
        page.append("\nThese it leaves out, so nothing is known of them from that test:\n\n");
        for (NotCompared left : NotCompared.values()) {
            page.append("- ").append(left.reason()).append("\n");
        }
        page.append("\nBesides, from 3.6 alone, by reading:\n\n");
        READ_IN_36.forEach(each -> page.append("- ").append(each).append("\n"));
        page.append("\n## The verbs of `./quorate`\n\n")
                .append(
                        "`EtcdctlTest` compares what they print, and how they end, with etcdctl 3.4. They differ in this:\n\n")
                .append(EtcdctlFormats.markdown());
    }

    /** @param shown fields that stand above already: a transaction holds the other requests */
    private void appendRpc(StringBuilder page, MethodDescriptor rpc, List<String> shown) {
        if (isAbsent(rpc)) {
            page.append("| **").append(rpc.getName()).append("** | absent | |\n");
            return;
        }
        appendRow(page, "**" + rpc.getName() + "**", name(rpc));
        for (String field : fields(rpc.getInputType(), new ArrayList<>())) {
            if (!shown.contains(field)) {
                shown.add(field);
                appendRow(page, "`" + field + "`", field);
            }
        }
    }

    private void appendRow(StringBuilder page, String label, String item) {
        String different = DIFFERENT.get(item);
        List<String> lines =
                linesByItem.getOrDefault(item, List.of()).stream().sorted().toList();
        page.append("| ").append(label).append(different == null ? " | same | " : " | different | ");
        page.append(different == null ? "" : different + (lines.isEmpty() ? "" : "; "));
        page.append(String.join(", ", lines)).append(" |\n");
    }
}
