package io.quorate.cli.client;

import com.google.gson.JsonElement;
import com.google.protobuf.ByteString;
import io.quorate.cli.common.StandardOutput;
import io.quorate.etcd.etcdserverpb.DeleteRangeResponse;
import io.quorate.etcd.etcdserverpb.PutResponse;
import io.quorate.etcd.etcdserverpb.RangeResponse;
import io.quorate.etcd.etcdserverpb.ResponseOp;
import io.quorate.etcd.etcdserverpb.TxnResponse;
import io.quorate.etcd.mvccpb.KeyValue;
import java.io.PrintWriter;
import java.util.List;

/** Results in etcdctl's simple format. */
final class Printer {
    private final PrintWriter out;

    Printer(PrintWriter out) {
        this.out = out;
    }

    void json(JsonElement element) {
        out.println(Json.text(element));
        out.flush();
    }

    void put(PutResponse response) {
        out.println("OK");
        if (response.hasPrevKv()) {
            pair(response.getPrevKv(), false, false);
        }
        out.flush();
    }

    void range(RangeResponse response, boolean valuesOnly, boolean keysOnly) {
        response.getKvsList().forEach(pair -> pair(pair, valuesOnly, keysOnly));
        out.flush();
    }

    void deleted(DeleteRangeResponse response) {
        out.println(response.getDeleted());
        response.getPrevKvsList().forEach(pair -> pair(pair, false, false));
        out.flush();
    }

    void txn(TxnResponse response) {
        out.println(response.getSucceeded() ? "SUCCESS" : "FAILURE");
        answers(response.getResponsesList());
        out.flush();
    }

    private void answers(List<ResponseOp> answers) {
        for (ResponseOp answer : answers) {
            out.println();
            switch (answer.getResponseCase()) {
                case RESPONSE_PUT -> put(answer.getResponsePut());
                case RESPONSE_RANGE -> range(answer.getResponseRange(), false, false);
                case RESPONSE_DELETE_RANGE -> deleted(answer.getResponseDeleteRange());
                case RESPONSE_TXN -> txn(answer.getResponseTxn());
                case RESPONSE_NOT_SET -> out.println("unexpected response without a result");
            }
        }
    }

    private void pair(KeyValue pair, boolean valuesOnly, boolean keysOnly) {
        if (!valuesOnly) {
            line(pair.getKey());
        }
        if (keysOnly) {
            out.println();
        } else {
            line(pair.getValue());
        }
    }

    private void line(ByteString bytes) {
        StandardOutput.print(out, bytes);
        out.println();
    }
}
