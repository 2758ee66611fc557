using System.Security.Cryptography;
using System.Text;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Wire.Tests.Fpnn;

public sealed class FpnnEncryptionTests
{
    private const string ServerScalar = "dd84a7afa259836fa1fed344d291c712fab70292c5013877114ff4921540be43";
    private const string ClientScalar = "33824c438fd206c306af208fdfc36b374c8dd5d22873cdcee37811ad438ea2b1";
    private const string ServerPublicK1 =
        "9788f14b8ad78232f2efae267966398d51de06776a3eda36bd96ae973af77f3c27458a980235e0ee7f959016882e00ef79ae0ad53c1616881f42fc592f2c4d6c";

    private const string ServerPemK1 = """
        -----BEGIN PUBLIC KEY-----
        MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEl4jxS4rXgjLy764meWY5jVHeBndqPto2
        vZaulzr3fzwnRYqYAjXg7n+VkBaILgDvea4K1TwWFogfQvxZLyxNbA==
        -----END PUBLIC KEY-----

        """;

    public sealed record Agreement(
        string Name,
        FpnnCurve Curve,
        string ClientScalarHex,
        string ServerPublic,
        string ClientPublic,
        string Secret,
        string Iv,
        string Key128,
        string Key256);

    public static readonly Agreement[] Agreements =
    [
        new("secp256k1", FpnnCurve.Secp256k1, ClientScalar, ServerPublicK1,
            """
            4e03ff1ad8895e168e7a3f1424ba012f4e381419bcc5b73edf676251ce93bb4d
            418b957fb3e9241061a4bac93feb9558055718f13c6fe10f72ed56a697777ddb
            """,
            "6fcc098ed4b38d5cc728d291fea791febc5fa6c6fdb5cb87a19fcd68d141755c", "c9bf38b34b0ef6b5b7201b76eb2cfe9c",
            "6fcc098ed4b38d5cc728d291fea791fe", "6fcc098ed4b38d5cc728d291fea791febc5fa6c6fdb5cb87a19fcd68d141755c"),
        new("secp256r1", FpnnCurve.Secp256r1, ClientScalar,
            """
            2da64def815835f77413e456244bd1cf63cde3aacdb2c0a302efc2f4fbd48bb4
            39921e8bcd401d9fcd85fb694760860f79cbd5ba63d2c881bce180c0a874eaad
            """,
            """
            b7764023b6c8774b32218067c24e7f209a73fdbcabe95603aa2069b9feea3c13
            849e4a984f03deaa343e477490406cf686157aa40c4d5b767984112f8dd37f45
            """,
            "04cac28f391b746abab1df754b1fee774a0629bbf16201fbb57262ef95c4602b", "92c7650840d96f274ae324e80c6049fa",
            "04cac28f391b746abab1df754b1fee77", "04cac28f391b746abab1df754b1fee774a0629bbf16201fbb57262ef95c4602b"),
        new("secp224r1", FpnnCurve.Secp224r1, ClientScalar[..56],
            "b1c64102af53e063e715f92e613d688bc548d4465cbe50cbacb4943b c2537cc5f163bd786a76abe516874801da9229444fef7fee365aceac",
            "4491688c19a91ce28d62340d971c6e03299e26e43a3557b0870e9cd5 bcba8153247bacbd9fc73474ab371882f9683ec4c31ed5f9c101f67b",
            "9099419185cdecb46df1ba635b196ba83e0ecaa4be31dfaff7ea14d3", "a635c905fbc762e57652339b9907b5a1",
            "9099419185cdecb46df1ba635b196ba8", "2636dffb0839e0ac78cfd1b14796cb51bcf44949c1e25eb7dd2904de4c9732f6"),
        new("secp192r1", FpnnCurve.Secp192r1, ClientScalar[..48],
            "45012889835a4f20b724c877cc383103a216c61e71fa4f1a 6b0624294a9aad4d4c8935f4939ba9b6081f50132d4561dd",
            "353348846de1769463f8665d038459e05314b61a24e51084 83ea7bafe6f1e23268e71d119a164ab7231d1c779ebf1001",
            "ce080e0ed047f0221859885f5c39e256095bec74f65a8be5", "717e9fa4ff00367ca8ec005bbbb297e8",
            "ce080e0ed047f0221859885f5c39e256", "9f489813c0b583a35114d804bf5675ab0d70e01fbff4c1bf98d88e499dfc331d"),
        new("secp256k1, leading zero", FpnnCurve.Secp256k1, 141.ToString("x64"), ServerPublicK1,
            """
            29df9fbd8d9e46509275f4b125d6d45d7fbe9a3b878a7af872a2800661ac5f51
            0b4c4fe99c775a606e2d8862179139ffda61dc861c019e55cd2876eb2a27d84b
            """,
            "00fbccd2a8f6d21f9ef0719036280617eb042e429da1f5307b2d071f18c0c8f1", "afd832b51d02a8c9c6661ab145892e87",
            "00fbccd2a8f6d21f9ef0719036280617", "00fbccd2a8f6d21f9ef0719036280617eb042e429da1f5307b2d071f18c0c8f1"),
        new("secp224r1, leading zero", FpnnCurve.Secp224r1, 22.ToString("x56"),
            "b1c64102af53e063e715f92e613d688bc548d4465cbe50cbacb4943b c2537cc5f163bd786a76abe516874801da9229444fef7fee365aceac",
            "c9bdd86f5fb7fe1e54c6ff9026f20add6c1984f1ef22b80a887af62c 113a6f21e90e9742172c8a1a233ddbfc24f6e69a3f5a40806a30770c",
            "00d4b5c8d6a447ac1bbc95c998cd074dd5d4b208b50608c02fceb7fb", "c9f012acad866a9d91a57e1190ab2ed9",
            "00d4b5c8d6a447ac1bbc95c998cd074d", "876eb1c65638262a985781e78935fd390d40140b502f2e798970d502f6a48b01"),
    ];

    public static TheoryData<string> AgreementNames => [.. Agreements.Select(agreement => agreement.Name)];

    public static TheoryData<FpnnCurve> Curves => [.. Enum.GetValues<FpnnCurve>()];

    private static FpnnServerKey ServerKey(FpnnCurve curve) => FpnnServerKey.FromPrivateKey(
        Hex.Bytes(ServerScalar).AsSpan(0, curve switch { FpnnCurve.Secp224r1 => 28, FpnnCurve.Secp192r1 => 24, _ => 32 }), curve);

    [Theory]
    [MemberData(nameof(AgreementNames))]
    public void Both_sides_derive_the_recorded_keys(string name)
    {
        var vector = Agreements.Single(agreement => agreement.Name == name);
        using var server = ServerKey(vector.Curve);
        Assert.Equal(Hex.Plain(vector.ServerPublic), Hex.Text(server.ExportPublicKey()));
        Assert.Equal(server.PublicKeyLength, server.ExportPublicKey().Length);
        Assert.Equal(vector.Iv, Hex.Text(MD5.HashData(Hex.Bytes(vector.Secret))));

        foreach (var (bits, expected) in new[] { (128, vector.Key128), (256, vector.Key256) })
        {
            Assert.True(server.TryAgree(Hex.Bytes(vector.ClientPublic), bits, out var atServer));
            Assert.Equal(expected, Hex.Text(atServer.Key));
            Assert.Equal(vector.Iv, Hex.Text(atServer.Iv));

            var atClient = FpnnClientKey.Agree(
                server.ExportPublicKey(), vector.Curve, bits, Hex.Bytes(vector.ClientScalarHex), out var clientPublic);
            Assert.Equal(Hex.Plain(vector.ClientPublic), Hex.Text(clientPublic));
            Assert.Equal(expected, Hex.Text(atClient.Key));
            Assert.Equal(vector.Iv, Hex.Text(atClient.Iv));
        }
    }

    [Theory]
    [MemberData(nameof(Curves))]
    public void An_ephemeral_client_key_agrees_with_a_generated_server_key(FpnnCurve curve)
    {
        using var server = FpnnServerKey.Generate(curve);
        for (var i = 0; i < 4; i++)
        {
            var bits = i % 2 == 0 ? 128 : 256;
            var atClient = FpnnClientKey.Agree(server.ExportPublicKey(), curve, bits, out var clientPublic);
            Assert.True(server.TryAgree(clientPublic, bits, out var atServer));
            Assert.Equal(atServer.Key, atClient.Key);
            Assert.Equal(atServer.Iv, atClient.Iv);
            Assert.Equal(bits / 8, atClient.Key.Length);
        }
    }

    [Fact]
    public void Clients_with_ephemeral_keys_do_not_share_a_session_key()
    {
        using var server = ServerKey(FpnnCurve.Secp256k1);
        var one = FpnnClientKey.Agree(server.ExportPublicKey(), FpnnCurve.Secp256k1, 128, out _);
        var two = FpnnClientKey.Agree(server.ExportPublicKey(), FpnnCurve.Secp256k1, 128, out _);
        Assert.NotEqual(one.Key, two.Key);
    }

    [Theory]
    [MemberData(nameof(Curves))]
    public void A_client_key_of_a_wrong_length_is_refused(FpnnCurve curve)
    {
        using var server = ServerKey(curve);
        using var client = FpnnServerKey.Generate(curve);
        var good = client.ExportPublicKey();
        Assert.True(server.TryAgree(good, 128, out _));
        Assert.False(server.TryAgree([], 128, out var key));
        Assert.Null(key);
        Assert.False(server.TryAgree(good.AsSpan(1), 128, out _));
        Assert.False(server.TryAgree([.. good, 0], 128, out _));
        Assert.False(server.TryAgree([4, .. good], 128, out _));
        Assert.False(server.TryAgree(client.ExportCompressedPublicKey(), 128, out _));
    }

    [Theory]
    [MemberData(nameof(Curves))]
    public void A_client_point_off_the_curve_is_refused(FpnnCurve curve)
    {
        using var server = ServerKey(curve);
        var length = server.PublicKeyLength;
        Assert.False(server.TryAgree(Enumerable.Repeat((byte)1, length).ToArray(), 128, out _));
        Assert.False(server.TryAgree(new byte[length], 128, out _));
        Assert.False(server.TryAgree(Enumerable.Repeat((byte)0xff, length).ToArray(), 128, out _));
        using var client = FpnnServerKey.Generate(curve);
        var bent = client.ExportPublicKey();
        bent[^1] ^= 1;
        Assert.False(server.TryAgree(bent, 128, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(127)]
    [InlineData(129)]
    [InlineData(192)]
    [InlineData(255)]
    [InlineData(512)]
    [InlineData(-128)]
    public void Only_128_and_256_bits_are_agreed_on(int bits)
    {
        using var server = ServerKey(FpnnCurve.Secp256k1);
        Assert.False(server.TryAgree(Hex.Bytes(Agreements[0].ClientPublic), bits, out _));
        Assert.Throws<ArgumentException>(() => FpnnClientKey.Agree(server.ExportPublicKey(), FpnnCurve.Secp256k1, bits, out _));
        Assert.Throws<ArgumentException>(() => FpnnKeyExchange.WriteQuest(new PooledBufferWriter(), 1, new byte[64], true, bits));
    }

    [Fact]
    public void Agreements_run_on_many_threads_at_once()
    {
        using var server = ServerKey(FpnnCurve.Secp256r1);
        var vector = Agreements[1];
        var client = Hex.Bytes(vector.ClientPublic);
        var wrong = 0;
        Parallel.For(0, 64, _ =>
        {
            if (!server.TryAgree(client, 256, out var key) || Hex.Text(key.Key) != vector.Key256)
                Interlocked.Increment(ref wrong);
        });
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void A_private_key_of_a_wrong_length_is_refused_in_words()
    {
        Assert.Throws<ArgumentException>(() => FpnnServerKey.FromPrivateKey(new byte[31], FpnnCurve.Secp256k1));
        Assert.Throws<ArgumentException>(() => FpnnServerKey.FromPrivateKey(Hex.Bytes(ServerScalar), FpnnCurve.Secp224r1));
        Assert.ThrowsAny<CryptographicException>(() => FpnnServerKey.FromPrivateKey(new byte[32], FpnnCurve.Secp256k1));
    }

    [Fact]
    public void The_public_key_is_exported_as_the_recorded_PEM()
    {
        using var server = ServerKey(FpnnCurve.Secp256k1);
        Assert.Equal(ServerPemK1.ReplaceLineEndings("\n"), server.ExportPem());
    }

    [Fact]
    public void The_recorded_PEM_is_read_with_lines_of_64_and_of_76_columns()
    {
        Assert.True(FpnnClientKey.TryParsePublicKey(Encoding.ASCII.GetBytes(ServerPemK1), out var curve, out var key));
        Assert.Equal(FpnnCurve.Secp256k1, curve);
        Assert.Equal(ServerPublicK1, Hex.Text(key));

        var base64 = string.Concat(ServerPemK1.Split('\n')[1..3].Select(line => line.Trim()));
        var wide = $"-----BEGIN PUBLIC KEY-----\n{base64[..76]}\n{base64[76..]}\n-----END PUBLIC KEY-----";
        Assert.True(FpnnClientKey.TryParsePublicKey(Encoding.ASCII.GetBytes(wide), out curve, out key));
        Assert.Equal(FpnnCurve.Secp256k1, curve);
        Assert.Equal(ServerPublicK1, Hex.Text(key));
    }

    [Theory]
    [MemberData(nameof(Curves))]
    public void The_DER_form_is_what_the_platform_exports_and_what_clients_read(FpnnCurve curve)
    {
        using var server = ServerKey(curve);
        var der = server.ExportSubjectPublicKeyInfo();
        using var platform = ECDiffieHellman.Create();
        platform.ImportSubjectPublicKeyInfo(der, out var read);
        Assert.Equal(der.Length, read);
        var q = platform.ExportParameters(false).Q;
        Assert.Equal(Hex.Text(server.ExportPublicKey()), Hex.Text([.. q.X!, .. q.Y!]));
        Assert.Equal(Hex.Text(platform.ExportSubjectPublicKeyInfo()), Hex.Text(der));

        Assert.True(FpnnClientKey.TryParsePublicKey(der, out var readCurve, out var key));
        Assert.Equal(curve, readCurve);
        Assert.Equal(server.ExportPublicKey(), key);
        Assert.True(FpnnClientKey.TryParsePublicKey(Encoding.ASCII.GetBytes(server.ExportPem()), out readCurve, out key));
        Assert.Equal(curve, readCurve);
        Assert.Equal(server.ExportPublicKey(), key);
    }

    [Theory]
    [MemberData(nameof(Curves))]
    public void The_compressed_form_names_the_same_point(FpnnCurve curve)
    {
        using var server = ServerKey(curve);
        var whole = server.ExportPublicKey();
        var compressed = server.ExportCompressedPublicKey();
        Assert.Equal((whole.Length / 2) + 1, compressed.Length);
        Assert.Equal(whole[^1] % 2 == 0 ? 2 : 3, compressed[0]);
        Assert.Equal(whole[..(whole.Length / 2)], compressed[1..]);
    }

    [Fact]
    public void Anything_else_is_not_a_public_key_file()
    {
        using var server = ServerKey(FpnnCurve.Secp256k1);
        var der = server.ExportSubjectPublicKeyInfo();
        var pem = server.ExportPem();
        foreach (var file in new[]
                 {
                     [], "x"u8.ToArray(), der[..^1], [.. der, 0], [.. der[..22], 2, .. der[23..]], new byte[] { 0x30 },
                     Encoding.ASCII.GetBytes(pem.Replace("PUBLIC", "PRIVATE", StringComparison.Ordinal)),
                     Encoding.ASCII.GetBytes(pem.Replace("MFYw", "MFYx", StringComparison.Ordinal)),
                     Encoding.ASCII.GetBytes(pem[..60]),
                 })
        {
            Assert.False(FpnnClientKey.TryParsePublicKey(file, out _, out var key));
            Assert.Null(key);
        }
    }

    [Fact]
    public void A_key_file_is_written_and_read_back()
    {
        var path = Path.GetTempFileName();
        try
        {
            using var made = FpnnServerKey.Generate(FpnnCurve.Secp224r1);
            File.WriteAllBytes(path, made.ExportPrivateKey());
            using var read = FpnnServerKey.FromFile(path, FpnnCurve.Secp224r1);
            Assert.Equal(made.ExportPublicKey(), read.ExportPublicKey());
            Assert.Throws<ArgumentException>(() => FpnnServerKey.FromFile(path, FpnnCurve.Secp256k1));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void The_client_is_told_when_the_servers_key_is_of_no_use()
    {
        Assert.Throws<ArgumentException>(() => FpnnClientKey.Agree(new byte[63], FpnnCurve.Secp256k1, 128, out _));
        Assert.ThrowsAny<CryptographicException>(() => FpnnClientKey.Agree(new byte[64], FpnnCurve.Secp256k1, 128, out _));
    }

    [Fact]
    public void A_session_key_has_16_or_32_bytes_and_a_vector_of_16()
    {
        Assert.Throws<ArgumentException>(() => new FpnnSessionKey(new byte[24], new byte[16]));
        Assert.Throws<ArgumentException>(() => new FpnnSessionKey(new byte[16], new byte[15]));
    }
}
