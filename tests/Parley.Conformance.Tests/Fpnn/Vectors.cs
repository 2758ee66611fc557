namespace Parley.Conformance.Tests.Fpnn;

/// <summary>Keys and recorded sessions of fpnn.md §10.3 and §10.4.</summary>
internal static class Vectors
{
    public const string ServerPrivate = "dd84a7afa259836fa1fed344d291c712fab70292c5013877114ff4921540be43";
    public const string ClientK1 =
        "4e03ff1ad8895e168e7a3f1424ba012f4e381419bcc5b73edf676251ce93bb4d 418b957fb3e9241061a4bac93feb9558055718f13c6fe10f72ed56a697777ddb";

    /// <summary>Curve, length of a coordinate, and for both sizes: client key, AES key, IV.</summary>
    public static readonly Dictionary<string, (int Length, string Client, string Key128, string Key256, string Iv)> Curves = new()
    {
        ["secp256k1"] = (
            32, ClientK1, "6fcc098ed4b38d5cc728d291fea791fe", "6fcc098ed4b38d5cc728d291fea791febc5fa6c6fdb5cb87a19fcd68d141755c",
            "c9bf38b34b0ef6b5b7201b76eb2cfe9c"),
        ["secp256r1"] = (
            32,
            "b7764023b6c8774b32218067c24e7f209a73fdbcabe95603aa2069b9feea3c13 849e4a984f03deaa343e477490406cf686157aa40c4d5b767984112f8dd37f45",
            "04cac28f391b746abab1df754b1fee77", "04cac28f391b746abab1df754b1fee774a0629bbf16201fbb57262ef95c4602b",
            "92c7650840d96f274ae324e80c6049fa"),
        ["secp224r1"] = (
            28, "4491688c19a91ce28d62340d971c6e03299e26e43a3557b0870e9cd5 bcba8153247bacbd9fc73474ab371882f9683ec4c31ed5f9c101f67b",
            "9099419185cdecb46df1ba635b196ba8", "2636dffb0839e0ac78cfd1b14796cb51bcf44949c1e25eb7dd2904de4c9732f6",
            "a635c905fbc762e57652339b9907b5a1"),
        ["secp192r1"] = (
            24, "353348846de1769463f8665d038459e05314b61a24e51084 83ea7bafe6f1e23268e71d119a164ab7231d1c779ebf1001",
            "ce080e0ed047f0221859885f5c39e256", "9f489813c0b583a35114d804bf5675ab0d70e01fbff4c1bf98d88e499dfc331d",
            "717e9fa4ff00367ca8ec005bbbb297e8"),
    };

    /// <summary>The first byte of the server, encrypted, in each recorded session: the answer to *key; and the quest Q2.</summary>
    public static readonly (bool Stream, int Bits, string KeyAnswer, string Q2, string O, string Q3)[] Sessions =
    [
        (true, 128, "9158d97f53da9e0fde09cedbbe579b30ef", "9158d97f53da9d0cd809cedbbd579b30191dac2f7bfbc9135f5f",
            "d8bad2c30d9b4c98e714be07fe09268f1075e597", "e2fe845017c6e3c0ded398cb688368da8c308621f0fa918bde66"),
        (false, 128, "11000000 9158d97f53da9e0fde09cedbbe579b30ef", "1a000000 9158d97f53da9d0cd809cedbbd579b30191dac2f7bfbc9135f5f",
            "14000000 9158d97f53da9c0bdb09cedbda34f35f5c95f0d5", "1a000000 9158d97f53da9d0cd809cedbbc579b3092d04dace8979042bc8b"),
        (true, 256, "a2351d4c274ab23ab8162d8f224411f31e", "a2351d4c274ab139be162d8f214411f30c05c9f5134a8f3bb698",
            "bf2cdc2345b6b0b7e01c1e2b2759fba00f89add8", "b3a67a18b447d0e9eaf36ef5fcd99051744e829a5c5494c83d41"),
        (false, 256, "11000000 a2351d4c274ab23ab8162d8f224411f31e", "1a000000 a2351d4c274ab139be162d8f214411f30c05c9f5134a8f3bb698",
            "14000000 a2351d4c274ab03ebd162d8f4627799c700ae665", "1a000000 a2351d4c274ab139be162d8f204411f338ac5f40b0d70634aa73"),
    ];

    /// <summary>The *key quest as the C++ client writes it, with publicKey as str8.</summary>
    public static string KeyQuest(bool stream, int bits) =>
        $"46504e4e 01 80 01 04 {(bits == 128 ? "60" : "61")}000000 01000000 2a6b6579 83 a9 7075626c69634b6579 d940 {ClientK1} "
        + $"aa 73747265616d4d6f6465 {(stream ? "c3" : "c2")} a4 62697473 {(bits == 128 ? "cc80" : "cd0100")}";
}
