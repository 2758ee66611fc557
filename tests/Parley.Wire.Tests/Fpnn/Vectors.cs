using Parley.Wire.Fpnn;

namespace Parley.Wire.Tests.Fpnn;

/// <summary>The packages of fpnn §1.7, §3, §4.3, §6.4, §10.1, §10.2 with what they mean.</summary>
internal static class Vectors
{
    public sealed record Package(
        string Name,
        string HexText,
        FpnnMessageType Type,
        string Method,
        uint Sequence,
        string Json,
        byte Status = 0,
        FpnnEncoding Encoding = FpnnEncoding.MessagePack,
        byte Version = 1,
        bool WeWriteTheSame = true)
    {
        public byte[] Bytes => Hex.Bytes(HexText);

        public override string ToString() => Name;
    }

    private const FpnnMessageType OneWay = FpnnMessageType.OneWayQuest;
    private const FpnnMessageType TwoWay = FpnnMessageType.TwoWayQuest;
    private const FpnnMessageType Answer = FpnnMessageType.Answer;

    public const string ServerZooPayload = """
        8c a26931 ff a3693634 cf000000012a05f200 a36e3634 d3fffffffed5fa0e00 a3753332 ceee6b2800 a164 cb400921fb54442d18
        a166 ca3fc00000 a162 c3 a36e696c c0 a362696e c40300ff41 a173 a7612f6222e4b8ad a3617272 930102cd012c a4696d6170 8107a178
        """;

    public const string CSharpZoo = """
        46504e4e01800104be000000443322116563686f de0013 a173a668c3a96c6c6f a362696ec40300ff41 a36e6567ff a56e65673333d0df a26938d080
        a27538ccc8 a3693136d1ff7f a3753136cdffff a3753332ceee6b2800 a3693634d3fffffffed5fa0e00 a3753634cf000000012a05f200
        a36d6178cfffffffffffffffff a166ca3fc00000 a164cb40091eb851eb851f a174c3 a36e696cc0 a3617272930102cd012c a36d61708107a178
        a57374723332d9206161616161616161616161616161616161616161616161616161616161616161
        """;

    public static readonly Package[] All =
    [
        new("§1.7 add", "46 50 4E 4E 01 80 01 03 07 00 00 00 01 00 00 00 61 64 64 82 A1 61 01 A1 62 02",
            TwoWay, "add", 1, """{"a":1,"b":2}"""),
        new("§1.7 sum", "46 50 4E 4E 01 80 02 00 06 00 00 00 01 00 00 00 81 A3 73 75 6D 03", Answer, "", 1, """{"sum":3}"""),
        new("§1.7 push", "46 50 4E 4E 01 80 00 04 04 00 00 00 70 75 73 68 81 A1 6E 01", OneWay, "push", 0, """{"n":1}"""),
        new("§3 push1", "46504e4e 01 80 00 05 04000000 7075736831 81a16e01", OneWay, "push1", 0, """{"n":1}"""),
        new("§3 push2", "46504e4e 01 80 01 05 04000000 02000000 7075736832 81a16e02", TwoWay, "push2", 2, """{"n":2}"""),
        new("§3 answer", "46504e4e 01 80 02 00 05000000 02000000 81a26f6bc3", Answer, "", 2, """{"ok":true}"""),
        new("§4.3 *ping", "46504e4e 01 80 01 05 01000000 03000000 2a70696e67 80", TwoWay, "*ping", 3, "{}"),
        new("§4.3 ts", "46504e4e 01 80 02 00 0d000000 01000000 81 a2 7473 cf 000001a1fbc6b874",
            Answer, "", 1, """{"ts":1795225466996}""", WeWriteTheSame: false),
        new("§4.3 *status", "46504e4e 01 80 02 00 09000000 01000000 81 a6 737461747573 c3", Answer, "", 1, """{"status":true}"""),
        new("P1", "46504e4e 01 80 01 03 07000000 01000000 616464 82a16101a16202", TwoWay, "add", 1, """{"a":1,"b":2}"""),
        new("P2", "46504e4e 01 80 00 04 04000000 70757368 81a16e01", OneWay, "push", 0, """{"n":1}"""),
        new("P3", "46504e4e 01 80 02 00 06000000 01000000 81a373756d03", Answer, "", 1, """{"sum":3}"""),
        new("P4", "46504e4e 01 80 02 00 06000000 04030201 81a373756d03", Answer, "", 0x01020304, """{"sum":3}"""),
        new("P5", "46504e4e 01 80 02 00 01000000 01000000 80", Answer, "", 1, "{}"),
        new("P6", "46504e4e 01 80 02 01 21000000 01000000 82 a4636f6465 cd4e24 a26578 b4556e6b6e6f77206d6574686f643a6e6f73756368",
            Answer, "", 1, """{"code":20004,"ex":"Unknow method:nosuch"}""", Status: 1),
        new("P7", """
            46504e4e 01 80 02 01 2d000000 01000000 83 a4636f6465 ce000186a1 a26578 b2496e76616c696420706172616d657465722e
            a6726169736572 a444656d6f
            """,
            Answer, "", 1, """{"code":100001,"ex":"Invalid parameter.","raiser":"Demo"}""", Status: 1),
        new("P8", """
            46504e4e 01 80 02 01 35000000 04030201 82 a4636f6465 cd4e24 a26578 d927
            54686973206d6574686f64206973206e6f7420737570706f7274656420627920636c69656e742e
            """,
            Answer, "", 0x01020304, """{"code":20004,"ex":"This method is not supported by client."}""", Status: 1),
        new("P9", "46504e4e 01 40 01 03 0d000000 01000000 616464 7b2261223a312c2262223a327d",
            TwoWay, "add", 1, """{"a":1,"b":2}""", Encoding: FpnnEncoding.Json),
        new("P10", "46504e4e 01 40 01 03 0e000000 02000000 616464 7b2261223a312c202262223a327d",
            TwoWay, "add", 2, """{"a":1,"b":2}""", Encoding: FpnnEncoding.Json, WeWriteTheSame: false),
        new("P11", "46504e4e 01 40 02 00 09000000 01000000 7b2273756d223a337d",
            Answer, "", 1, """{"sum":3}""", Encoding: FpnnEncoding.Json),
        new("P12", """
            46504e4e 01 40 02 01 2b000000 02000000
            7b22636f6465223a32303030342c20226578223a22556e6b6e6f77206d6574686f643a6e6f73756368227d
            """,
            Answer, "", 2, """{"code":20004,"ex":"Unknow method:nosuch"}""", Status: 1, Encoding: FpnnEncoding.Json,
            WeWriteTheSame: false),
        new("P13", "46504e4e 01 40 00 04 07000000 70757368 7b226e223a317d",
            OneWay, "push", 0, """{"n":1}""", Encoding: FpnnEncoding.Json),
        new("P14", "46504e4e 01 80 01 05 01000000 03000000 2a70696e67 80", TwoWay, "*ping", 3, "{}"),
        new("P15", "46504e4e 01 80 01 03 04000000 01000000 616464 81a16101", TwoWay, "add", 1, """{"a":1}"""),
        new("P16", "46504e4e 00 80 01 03 07000000 01000000 616464 82a16101a16202",
            TwoWay, "add", 1, """{"a":1,"b":2}""", Version: 0, WeWriteTheSame: false),
        new("P17", "46504e4e 01 80 02 01 10000000 01000000 82 a4636f6465 d2000186a1 a26578 a178",
            Answer, "", 1, """{"code":100001,"ex":"x"}""", Status: 1),
        new("C# empty answer", "46504e4e 01 80 02 00 01000000 07000000 90", Answer, "", 7, "[]", WeWriteTheSame: false),
        new("which", """
            46504e4e 01 80 01 05 27000000 01000000 7768696368 83 a477686174 a872746d4761746564
            a86164647254797065 a469707634 a570726f746f a3746370
            """,
            TwoWay, "which", 1, """{"what":"rtmGated","addrType":"ipv4","proto":"tcp"}"""),
        new("which answer", "46504e4e 01 80 02 00 19000000 01000000 81 a8656e64706f696e74 ae31302e302e302e353a3133333231",
            Answer, "", 1, """{"endpoint":"10.0.0.5:13321"}"""),
        new("which nothing", "46504e4e 01 80 02 00 0b000000 01000000 81 a8656e64706f696e74 a0", Answer, "", 1, """{"endpoint":""}"""),
        new("which refused", """
            46504e4e 01 80 02 01 34000000 01000000 83 a4636f6465 ce000186a1 a26578 b3446973616c6c6f77656420736572766963652e
            a6726169736572 aa44697370617463686572
            """,
            Answer, "", 1, """{"code":100001,"ex":"Disallowed service.","raiser":"Dispatcher"}""", Status: 1),
        new("whichall", "46504e4e 01 80 01 08 0f000000 02000000 7768696368616c6c 81 a477686174 a872746d4761746564",
            TwoWay, "whichall", 2, """{"what":"rtmGated"}"""),
        new("whichall answer", """
            46504e4e 01 80 02 00 2a000000 02000000 81 a9656e64706f696e7473 92 ae31302e302e302e353a3133333231
            ae31302e302e302e363a3133333231
            """,
            Answer, "", 2, """{"endpoints":["10.0.0.5:13321","10.0.0.6:13321"]}"""),
        new("whichall nothing", "46504e4e 01 80 02 00 0c000000 02000000 81 a9656e64706f696e7473 90",
            Answer, "", 2, """{"endpoints":[]}"""),
        new("C# type zoo", CSharpZoo, TwoWay, "echo", 0x11223344, """
            {"s":"héllo","bin":"AP9B","neg":-1,"neg33":-33,"i8":-128,"u8":200,"i16":-129,"u16":65535,"u32":4000000000,
            "i64":-5000000000,"u64":5000000000,"max":18446744073709551615,"f":1.5,"d":3.14,"t":true,"nil":null,"arr":[1,2,300],
            "map":{"7":"x"},"str32":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}
            """.ReplaceLineEndings(""), WeWriteTheSame: false),
    ];

    public static Package Named(string name) => All.Single(package => package.Name == name);

    public static TheoryData<string> Names => [.. All.Select(package => package.Name)];
}
