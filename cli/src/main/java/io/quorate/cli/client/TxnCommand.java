package io.quorate.cli.client;

import io.quorate.etcd.etcdserverpb.KVGrpc;
import io.quorate.etcd.etcdserverpb.TxnRequest;
import io.quorate.etcd.etcdserverpb.TxnResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Compares and acts in one step. */
@Command(
        name = "txn",
        sortOptions = false,
        footer = {
            "  set x to 2 if it is 1, else read it:",
            "  quorate txn <<END",
            "  value(\"x\") = \"1\"",
            "",
            "  put x 2",
            "",
            "  get x",
            "",
            "  END"
        },
        description =
                "Reads comparisons, requests for success and requests for failure from standard input, each group ended"
                        + " by an empty line, and runs them as one transaction.")
public final class TxnCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ClientOptions.WithoutTable client = new ClientOptions.WithoutTable();

    @Mixin
    private EntryOption entry = new EntryOption();

    @Option(
            names = {"-i", "--interactive"},
            description = "Say what is to be typed.")
    private boolean interactive;

    @Override
    public void run() {
        Format format = client.format();
        TxnRequest request = TxnScript.parse(lines());
        TxnResponse response = client.with(
                Effect.WRITES, cluster -> cluster.call(entry.watched(KVGrpc::newBlockingStub), kv -> kv.txn(request)));
        Printer printer = new Printer(spec.commandLine().getOut());
        if (format == Format.JSON) {
            printer.json(Json.of(response));
        } else {
            printer.txn(response);
        }
        entry.print(spec.commandLine());
    }

    /** Up to the third empty line, so that a terminal need not be closed. */
    private List<String> lines() {
        String[] prompts = {"compares:", "success requests (get, put, del):", "failure requests (get, put, del):"};
        List<String> lines = new ArrayList<>();
        try {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (int paragraph = 0; paragraph < 3; paragraph++) {
                prompt(prompts[paragraph]);
                @Nullable String line = in.readLine();
                while (line != null && !line.isBlank()) {
                    lines.add(line);
                    line = in.readLine();
                }
                lines.add("");
            }
        } catch (IOException broken) {
            throw Input.unreadable(broken);
        }
        return lines;
    }

    private void prompt(String text) {
        if (interactive) {
            PrintWriter out = spec.commandLine().getOut();
            out.println(text);
            out.flush();
        }
    }
}
