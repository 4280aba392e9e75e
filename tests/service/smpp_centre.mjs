// A message centre on somebody else's SMPP library: prints its port, then one JSON line a message part that it took.
import { createRequire } from "node:module";
const smpp = createRequire(process.argv[2] + "/")("smpp");

let last = "";

const server = smpp.createServer((session) => {
  const bind = (pdu) => {
    const known = pdu.system_id === "county" && pdu.password === "smpp-pw";
    session.send(pdu.response({ command_status: known ? smpp.ESME_ROK : smpp.ESME_RBINDFAIL }));
    if (!known) session.close();
    else session.send(new smpp.PDU("enquire_link"));
  };
  session.on("bind_transmitter", bind);
  session.on("bind_receiver", (pdu) => {
    bind(pdu);
    const text = `id:${last} sub:001 dlvrd:000 submit date:2611240912 done date:2611240912 stat:UNDELIV err:001 text:x`;
    session.send(new smpp.PDU("deliver_sm", { esm_class: 4, source_addr: "8613800138000", destination_addr: "10690001", short_message: text }));
    session.send(new smpp.PDU("deliver_sm", { source_addr: "8613800138000", destination_addr: "10690001", short_message: "stat:DELIVRD id:" + last }));
  });
  session.on("submit_sm", (pdu) => {
    console.log(JSON.stringify({
      to: pdu.destination_addr, ton: pdu.dest_addr_ton, npi: pdu.dest_addr_npi, from: pdu.source_addr,
      coding: pdu.data_coding, receipt: pdu.registered_delivery, esm: pdu.esm_class,
      text: pdu.short_message.message, udh: (pdu.short_message.udh || []).map((part) => [...part]),
    }));
    last = "npm-" + pdu.sequence_number;
    session.send(pdu.response({ message_id: last }));
  });
  session.on("unbind", (pdu) => { session.send(pdu.response()); session.close(); });
  session.on("error", () => {});
});
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port })));
