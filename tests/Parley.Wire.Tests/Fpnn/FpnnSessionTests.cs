using System.Buffers.Binary;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Wire.Tests.Fpnn;

/// <summary>The complete encrypted sessions of fpnn §10.4, from both sides.</summary>
public sealed class FpnnSessionTests
{
    private const string ClientPublic = """
        4e03ff1ad8895e168e7a3f1424ba012f4e381419bcc5b73edf676251ce93bb4d
        418b957fb3e9241061a4bac93feb9558055718f13c6fe10f72ed56a697777ddb
        """;

    private static readonly string[] Plain =
    [
        "46504e4e 01 80 02 00 01000000 01000000 80",
        "46504e4e 01 80 01 03 07000000 02000000 616464 82a16101a16202",
        "46504e4e 01 80 02 00 06000000 02000000 81a373756d03",
        "46504e4e 01 80 00 04 04000000 6563686f 81a16e01",
        "46504e4e 01 80 01 03 07000000 03000000 616464 82a16103a16204",
        "46504e4e 01 80 02 00 06000000 03000000 81a373756d07",
    ];

    private static readonly bool[] FromServer = [true, false, true, false, false, true];

    private static readonly Dictionary<(bool Stream, int Bits), string[]> Recorded = new()
    {
        [(true, 128)] =
        [
            "9158d97f53da9e0fde09cedbbe579b30ef",
            "9158d97f53da9d0cd809cedbbd579b30191dac2f7bfbc9135f5f",
            "054df872adbabcac621fa0c9936960782519ec142c35",
            "d8bad2c30d9b4c98e714be07fe09268f1075e597",
            "e2fe845017c6e3c0ded398cb688368da8c308621f0fa918bde66",
            "ab0fd79469dc1ea69283606462a28b4276439a3b6a6e",
        ],
        [(false, 128)] =
        [
            "11000000 9158d97f53da9e0fde09cedbbe579b30ef",
            "1a000000 9158d97f53da9d0cd809cedbbd579b30191dac2f7bfbc9135f5f",
            "16000000 9158d97f53da9e0fd909cedbbd579b3043e2e259870f",
            "14000000 9158d97f53da9c0bdb09cedbda34f35f5c95f0d5",
            "1a000000 9158d97f53da9d0cd809cedbbc579b3092d04dace8979042bc8b",
            "16000000 9158d97f53da9e0fd909cedbbc579b309d198f6afdaa",
        ],
        [(true, 256)] =
        [
            "a2351d4c274ab23ab8162d8f224411f31e",
            "a2351d4c274ab139be162d8f214411f30c05c9f5134a8f3bb698",
            "cb0013a74f89ad66623915b1cd2899bead269be721fa",
            "bf2cdc2345b6b0b7e01c1e2b2759fba00f89add8",
            "b3a67a18b447d0e9eaf36ef5fcd99051744e829a5c5494c83d41",
            "1d78d1405c835f2e8872c3354b38d66598122bc996c6",
        ],
        [(false, 256)] =
        [
            "11000000 a2351d4c274ab23ab8162d8f224411f31e",
            "1a000000 a2351d4c274ab139be162d8f214411f30c05c9f5134a8f3bb698",
            "16000000 a2351d4c274ab23abf162d8f214411f3a2d11e0121d1",
            "14000000 a2351d4c274ab03ebd162d8f4627799c700ae665",
            "1a000000 a2351d4c274ab139be162d8f204411f338ac5f40b0d70634aa73",
            "16000000 a2351d4c274ab23abf162d8f204411f327500f1a7943",
        ],
    };

    private static string KeyQuest(bool stream, int bits) => bits == 128
        ? $"""
            46504e4e 01 80 01 04 60000000 01000000 2a6b6579 83 a9 7075626c69634b6579 d940 {ClientPublic}
            aa 73747265616d4d6f6465 {(stream ? "c3" : "c2")} a4 62697473 cc80
            """
        : $"""
            46504e4e 01 80 01 04 61000000 01000000 2a6b6579 83 a9 7075626c69634b6579 d940 {ClientPublic}
            aa 73747265616d4d6f6465 {(stream ? "c3" : "c2")} a4 62697473 cd0100
            """;

    private static FpnnSessionKey Handshake(bool stream, int bits)
    {
        using var server = FpnnServerKey.FromPrivateKey(
            Hex.Bytes("dd84a7afa259836fa1fed344d291c712fab70292c5013877114ff4921540be43"), FpnnCurve.Secp256k1);
        var bytes = Hex.Bytes(KeyQuest(stream, bits));
        Assert.Equal(bits == 128 ? 116 : 117, bytes.Length);
        Assert.Equal(FpnnReadStatus.Package, FpnnFraming.TryRead(bytes, 1000, out var package, out _, out _));
        Assert.True(FpnnKeyExchange.TryParse(package, out var request));
        Assert.Equal(1u, request.SequenceNumber);
        Assert.Equal(stream, request.StreamMode);
        Assert.Equal(bits, request.Bits);
        Assert.Equal(Hex.Plain(ClientPublic), Hex.Text(request.PublicKey));
        Assert.True(server.TryAgree(request.PublicKey, request.Bits, out var key));
        return key;
    }

    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    public void Stream_mode_sessions_encrypt_and_decrypt_as_recorded(int bits)
    {
        var key = Handshake(stream: true, bits);
        using var serverSends = key.CreateCipher();
        using var clientSends = key.CreateCipher();
        using var serverReceives = key.CreateCipher();
        using var clientReceives = key.CreateCipher();
        for (var i = 0; i < Plain.Length; i++)
        {
            var data = Hex.Bytes(Plain[i]);
            (FromServer[i] ? serverSends : clientSends).Encrypt(data);
            Assert.Equal(Recorded[(true, bits)][i], Hex.Text(data));
            (FromServer[i] ? clientReceives : serverReceives).Decrypt(data);
            Assert.Equal(Hex.Plain(Plain[i]), Hex.Text(data));
        }
    }

    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    public void Package_mode_sessions_encrypt_and_decrypt_as_recorded(int bits)
    {
        var key = Handshake(stream: false, bits);
        using var sends = key.CreateCipher();
        using var receives = key.CreateCipher();
        using var writer = new PooledBufferWriter();
        for (var i = 0; i < Plain.Length; i++)
        {
            var start = FpnnRecord.Begin(writer);
            writer.Write(Hex.Bytes(Plain[i]));
            FpnnRecord.End(writer, start, sends);
            var record = writer.GetWrittenSpan(start).ToArray();
            Assert.Equal(Hex.Plain(Recorded[(false, bits)][i]), Hex.Text(record));

            Assert.Equal(FpnnReadStatus.Package, FpnnRecord.TryReadLength(record, 1000, out var length, out _));
            Assert.Equal(record.Length - 4, length);
            Assert.Equal(FpnnReadStatus.Package, FpnnRecord.Open(record.AsSpan(4, length), receives, out var package, out var error));
            Assert.Equal(FpnnProtocolError.None, error);
            Assert.Equal(Hex.Plain(Plain[i]), Hex.Text(package.Whole));
        }
    }

    [Theory]
    [InlineData(true, 128)]
    [InlineData(false, 128)]
    [InlineData(true, 256)]
    [InlineData(false, 256)]
    public void The_key_quest_is_written_as_the_reference_client_writes_it(bool stream, int bits)
    {
        var written = Hex.Written(w => FpnnKeyExchange.WriteQuest(w, 1, Hex.Bytes(ClientPublic), stream, bits, asBinary: false));
        Assert.Equal(Hex.Plain(KeyQuest(stream, bits)), Hex.Text(written));
    }

    [Fact]
    public void The_key_quest_with_a_binary_key_has_the_payload_of_the_Node_SDK()
    {
        var written = Hex.Written(w => FpnnKeyExchange.WriteQuest(w, 1, Hex.Bytes(ClientPublic), streamMode: false, bits: 128));
        var expected = Hex.Plain($"83 a97075626c69634b6579 c440 {ClientPublic} aa73747265616d4d6f6465 c2 a462697473 cc80");
        Assert.Equal(96, expected.Length / 2);
        Assert.Equal(expected, Hex.Text(written.AsSpan(20)));
        FpnnFraming.TryRead(written, 1000, out var package, out _, out _);
        Assert.True(FpnnKeyExchange.TryParse(package, out var request));
        Assert.Equal(Hex.Plain(ClientPublic), Hex.Text(request.PublicKey));
        Assert.False(request.StreamMode);
    }

    [Fact]
    public void Quests_behind_the_key_quest_in_one_segment_are_decrypted_from_the_first_byte_after_it()
    {
        var key = Handshake(stream: true, 128);
        var segment = Hex.Bytes(KeyQuest(stream: true, 128) + Recorded[(true, 128)][1] + Recorded[(true, 128)][3]);
        FpnnFraming.TryRead(segment, 1000, out _, out var consumed, out _);
        var rest = segment.AsSpan(consumed);
        using var receives = key.CreateCipher();
        receives.Decrypt(rest);
        Assert.Equal(FpnnReadStatus.Package, FpnnFraming.TryRead(rest, 1000, out var first, out consumed, out _));
        Assert.Equal("add"u8, first.Method);
        Assert.Equal(FpnnReadStatus.Package, FpnnFraming.TryRead(rest[consumed..], 1000, out var second, out _, out _));
        Assert.Equal("echo"u8, second.Method);
    }

    [Theory]
    [InlineData("81 a97075626c69634b6579 c402 0102", true, 128, false)] // defaults: package mode, 128 bits
    [InlineData("82 a97075626c69634b6579 c402 0102 aa73747265616d4d6f6465 01", true, 128, false)] // not a bool counts as false
    [InlineData("82 a97075626c69634b6579 c402 0102 aa73747265616d4d6f6465 c0", true, 128, false)]
    [InlineData("82 a97075626c69634b6579 a2 0102 aa73747265616d4d6f6465 c3", true, 128, true)]
    [InlineData("82 a97075626c69634b6579 c402 0102 a462697473 d30000000000000100", true, 256, false)]
    [InlineData("82 a97075626c69634b6579 c402 0102 a462697473 c0", true, 128, false)]
    [InlineData("82 a97075626c69634b6579 c402 0102 a462697473 cc c0", false, 0, false)] // 192
    [InlineData("82 a97075626c69634b6579 c402 0102 a462697473 00", false, 0, false)]
    [InlineData("82 a97075626c69634b6579 c402 0102 a462697473 80", false, 0, false)]
    [InlineData("81 a97075626c69634b6579 07", false, 0, false)]
    [InlineData("81 a97075626c69634b6579 c0", false, 0, false)]
    [InlineData("80", false, 0, false)]
    [InlineData("c1", false, 0, false)]
    [InlineData("82 a97075626c69634b6579 c402 01", false, 0, false)]
    public void The_key_quests_parameters_follow_their_table(string payload, bool accepted, int bits, bool stream)
    {
        var bytes = Hex.Written(w => FpnnWriter.WriteQuest(w, FpnnMessageType.TwoWayQuest, 9, FpnnBuiltIn.Key, Hex.Bytes(payload)));
        FpnnFraming.TryRead(bytes, 1000, out var package, out _, out _);
        Assert.Equal(accepted, FpnnKeyExchange.TryParse(package, out var request));
        if (!accepted)
            return;
        Assert.Equal(9u, request.SequenceNumber);
        Assert.Equal(bits, request.Bits);
        Assert.Equal(stream, request.StreamMode);
        Assert.Equal("0102", Hex.Text(request.PublicKey));
    }

    [Fact]
    public void A_key_quest_is_two_way_MessagePack_and_named_so()
    {
        var payload = Hex.Bytes("81 a97075626c69634b6579 c402 0102");
        Assert.True(Accepts(w => FpnnWriter.WriteQuest(w, FpnnMessageType.TwoWayQuest, 1, "*key"u8, payload)));
        Assert.False(Accepts(w => FpnnWriter.WriteQuest(w, FpnnMessageType.OneWayQuest, 1, "*key"u8, payload)));
        Assert.False(Accepts(w => FpnnWriter.WriteQuest(w, FpnnMessageType.TwoWayQuest, 1, "*kez"u8, payload)));
        Assert.False(Accepts(w => FpnnWriter.WriteQuest(
            w, FpnnMessageType.TwoWayQuest, 1, "*key"u8, """{"publicKey":"ab"}"""u8, FpnnEncoding.Json)));
        Assert.False(Accepts(w => FpnnWriter.WriteAnswer(w, 1, payload)));

        static bool Accepts(Action<PooledBufferWriter> write)
        {
            Assert.Equal(FpnnReadStatus.Package, FpnnFraming.TryRead(Hex.Written(write), 1000, out var package, out _, out _));
            return FpnnKeyExchange.TryParse(package, out _);
        }
    }

    [Theory]
    [InlineData("", FpnnReadStatus.NeedMore, FpnnProtocolError.None)]
    [InlineData("0d0000", FpnnReadStatus.NeedMore, FpnnProtocolError.None)]
    [InlineData("0c000000", FpnnReadStatus.Invalid, FpnnProtocolError.RecordTooShort)]
    [InlineData("00000000", FpnnReadStatus.Invalid, FpnnProtocolError.RecordTooShort)]
    [InlineData("0d000000", FpnnReadStatus.Package, FpnnProtocolError.None)]
    [InlineData("64000000", FpnnReadStatus.Package, FpnnProtocolError.None)]
    [InlineData("65000000", FpnnReadStatus.Invalid, FpnnProtocolError.TooLong)]
    [InlineData("ffffffff", FpnnReadStatus.Invalid, FpnnProtocolError.TooLong)]
    public void A_records_length_is_let_in_from_13_to_the_limit(string prefix, FpnnReadStatus status, FpnnProtocolError expected)
    {
        Assert.Equal(status, FpnnRecord.TryReadLength(Hex.Bytes(prefix), 100, out var length, out var error));
        Assert.Equal(expected, error);
        if (status == FpnnReadStatus.Package)
            Assert.Equal(BinaryPrimitives.ReadInt32LittleEndian(Hex.Bytes(prefix)), length);
    }

    [Fact]
    public void A_package_that_does_not_fill_its_record_exactly_is_refused()
    {
        var key = Handshake(stream: false, 128);
        Assert.Equal(FpnnProtocolError.RecordLengthMismatch, Open([.. Hex.Bytes(Plain[1]), 0]));
        Assert.Equal(FpnnProtocolError.RecordLengthMismatch, Open(Hex.Bytes(Plain[1])[..^1]));
        Assert.Equal(FpnnProtocolError.RecordLengthMismatch, Open(Hex.Bytes(Plain[1] + Plain[1])));
        Assert.Equal(FpnnProtocolError.BadMagic, Open(new byte[40]));

        FpnnProtocolError Open(byte[] plaintext)
        {
            using var cipher = key.CreateCipher();
            cipher.Encrypt(plaintext);
            Assert.Equal(FpnnReadStatus.Invalid, FpnnRecord.Open(plaintext, cipher, out var package, out var error));
            Assert.True(package.Whole.IsEmpty);
            return error;
        }
    }
}
