using Parley.Conformance.Tests.Fpnn;
using Parley.Conformance.Tests.Support;
using Parley.Rtm;
using Parley.Rtm.Client;
using Parley.Rtm.Transport;
using Parley.Wire.Fpnn;

namespace Parley.Conformance.Tests.Rtm.Sdk.Client;

/// <summary>TLS and FPNN's own encryption through the SDK (fpnn.md §5, §6.5).</summary>
public sealed class EncryptedSdkTests(TlsTests.Server server) : IClassFixture<TlsTests.Server>
{
    [Fact]
    [CoversBySdk("which", "auth", "sendmsg", "pushmsg")]
    public async Task Over_tls_a_plain_dispatch_leads_to_the_gate_and_a_wrong_certificate_does_not()
    {
        var trusting = Options(3) with
        {
            ConfigureTls = tls => tls.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=parley.test",
        };
        await using var ann = new SdkUser(trusting with { UserId = RtmWorld.FirstUser, Token = Seed.TokenOf(RtmWorld.FirstUser) });
        await using var ben = new SdkUser(trusting with { UserId = RtmWorld.FirstUser + 1, Token = Seed.TokenOf(RtmWorld.FirstUser + 1) });
        await ann.Client.ConnectAsync();
        await ben.Client.ConnectAsync();
        var text = new string('ä', 5000);
        await ann.Client.SendToUserAsync(ben.Id, text);
        await ben.HearAsync(text);

        await using var strict = new RtmClient(Options(0));
        await Assert.ThrowsAsync<RtmConnectionException>(() => strict.ConnectAsync());
        await using var secure = new RtmClient(trusting with { SecureDispatch = true });
        await Assert.ThrowsAsync<RtmConnectionException>(() => secure.ConnectAsync());
    }

    [Fact]
    [CoversBySdk("auth", "setuserinfo", "getuserinfo")]
    public async Task Every_mode_of_encryption_carries_quests()
    {
        var directory = Directory.CreateTempSubdirectory("parley-conf-").FullName;
        var file = Path.Combine(directory, "fpnn.key");
        await File.WriteAllBytesAsync(file, Hex.Bytes(Vectors.ServerPrivate));
        using var key = FpnnServerKey.FromPrivateKey(Hex.Bytes(Vectors.ServerPrivate), FpnnCurve.Secp256k1);
        var process = await RtmServer.StartAsync(
            SdkServer.SeedAsync,
            new Dictionary<string, string> { ["Rtm:KeyFile"] = file, ["Rtm:Curve"] = "secp256k1", ["Rtm:RequireEncryption"] = "true" },
            directory);
        try
        {
            var options = new RtmClientOptions
            {
                Dispatch = process.Endpoints["RtmDispatch"].ToString(),
                ProjectId = SdkServer.Pid,
                UserId = SdkServer.FirstUser,
                Token = Seed.TokenOf(SdkServer.FirstUser),
                ConnectTimeout = TimeSpan.FromSeconds(60),
                QuestTimeout = TimeSpan.FromSeconds(60),
            };
            foreach (var (stream, bits) in (ValueTuple<bool, int>[])[(true, 128), (true, 256), (false, 128), (false, 256)])
            {
                var encryption = new FpnnEncryption(FpnnCurve.Secp256k1, key.ExportPublicKey()) { StreamMode = stream, Bits = bits };
                await using var client = new RtmClient(options with { Encryption = encryption });
                await client.ConnectAsync();
                var info = $"{stream} {bits} {new string('x', 20_000)}";
                await client.SetUserInfoAsync(info, null);
                Assert.Equal(info, (await client.GetUserInfoAsync()).Open);
            }
            await using var plain = new RtmClient(options with { Gate = process.Endpoints["RtmClient"].ToString() });
            await Assert.ThrowsAnyAsync<RtmException>(() => plain.ConnectAsync());
        }
        finally
        {
            await RtmServer.EndAsync(process);
        }
    }

    private RtmClientOptions Options(int user) => new()
    {
        Dispatch = server.Process.Endpoints["RtmDispatch"].ToString(),
        SecureDispatch = false,
        UseTls = true,
        ProjectId = RtmWorld.Pid,
        UserId = RtmWorld.FirstUser + user,
        Token = Seed.TokenOf(RtmWorld.FirstUser + user),
        ConnectTimeout = TimeSpan.FromSeconds(60),
    };
}
