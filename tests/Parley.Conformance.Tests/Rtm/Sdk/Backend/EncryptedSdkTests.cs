using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Parley.Conformance.Tests.Fpnn;
using Parley.Conformance.Tests.Rtm.ServerGate;
using Parley.Conformance.Tests.Support;
using Parley.Rtm;
using Parley.Rtm.Backend;
using Parley.Rtm.Transport;
using Parley.Testing;
using Parley.Wire.Fpnn;

namespace Parley.Conformance.Tests.Rtm.Sdk.Backend;

/// <summary>The SDK's encryption and TLS against a real server (fpnn.md §5, §6.5).</summary>
public sealed class EncryptedSdkTests
{
    public static TheoryData<FpnnCurve> Curves => [FpnnCurve.Secp256k1, FpnnCurve.Secp256r1, FpnnCurve.Secp224r1, FpnnCurve.Secp192r1];

    [Theory]
    [MemberData(nameof(Curves))]
    public async Task Every_mode_of_a_curve_carries_quests_and_pushes(FpnnCurve curve)
    {
        var name = curve.ToString().ToLowerInvariant();
        var secret = Hex.Bytes(Vectors.ServerPrivate)[..Vectors.Curves[name].Length];
        var directory = Directory.CreateTempSubdirectory("parley-conf-").FullName;
        var file = Path.Combine(directory, "fpnn.key");
        await File.WriteAllBytesAsync(file, secret);
        using var key = FpnnServerKey.FromPrivateKey(secret, curve);
        var process = await StartAsync(directory, new() { ["Rtm:KeyFile"] = file, ["Rtm:Curve"] = name, ["Rtm:RequireEncryption"] = "true" });
        try
        {
            foreach (var (stream, bits) in (ValueTuple<bool, int>[])[(true, 128), (true, 256), (false, 128), (false, 256)])
            {
                var encryption = new FpnnEncryption(curve, key.ExportPublicKey()) { StreamMode = stream, Bits = bits };
                await using var client = Client(process, options => options.Encryption = encryption);
                await CheckAsync(client);
            }

            await using var plain = Client(process, _ => { });
            await Assert.ThrowsAnyAsync<RtmException>(() => plain.GetFriendsAsync(1));
            var wrong = new FpnnEncryption(curve, FpnnServerKey.Generate(curve).ExportPublicKey());
            await using var lost = Client(process, options => (options.Encryption, options.ConnectTimeout) = (wrong, TimeSpan.FromSeconds(1)));
            await Assert.ThrowsAsync<RtmConnectionException>(() => lost.GetFriendsAsync(1));
        }
        finally
        {
            await RtmServer.EndAsync(process);
        }
    }

    [Fact]
    public async Task Tls_carries_quests_and_pushes()
    {
        var directory = Directory.CreateTempSubdirectory("parley-conf-").FullName;
        var (certificateFile, keyFile) = (Path.Combine(directory, "tls.crt"), Path.Combine(directory, "tls.pem"));
        using (var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256))
        {
            var now = TimeProvider.System.GetUtcNow();
            using var certificate = new CertificateRequest("CN=parley.test", pair, HashAlgorithmName.SHA256)
                .CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
            await File.WriteAllTextAsync(certificateFile, certificate.ExportCertificatePem());
            await File.WriteAllTextAsync(keyFile, pair.ExportPkcs8PrivateKeyPem());
        }

        var process = await StartAsync(directory, new()
        {
            ["Tls:Doors:RtmServer:CertificateFile"] = certificateFile,
            ["Tls:Doors:RtmServer:KeyFile"] = keyFile,
        });
        try
        {
            await using var client = Client(process, options => options.Tls = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=parley.test",
            });
            await CheckAsync(client);
            await using var strict = Client(process, options => options.Tls = new SslClientAuthenticationOptions());
            await Assert.ThrowsAsync<RtmConnectionException>(() => strict.GetFriendsAsync(1));
        }
        finally
        {
            await RtmServer.EndAsync(process);
        }
    }

    private static async Task CheckAsync(RtmBackendClient client)
    {
        var events = client.ReadEventsAsync();
        await client.SetListenAsync(RtmListenSettings.Everything);
        var text = new string('ä', 10_000);
        var asked = Enumerable.Range(0, 20).Select(_ => client.SendMessageAsync(client.NewMid(), client.NewMid(), 30, text)).ToArray();
        await Task.WhenAll(asked);
        await client.SetPushNameAsync(9, "nine");
        Assert.Equal("nine", await client.GetPushNameAsync(9));
        // The gate does not tell a back end what it sent itself, so somebody else has to.
        await using var other = new RtmBackendClient(OptionsOf(client));
        var sent = await other.SendMessageAsync(1, 2, 30, text);
        await foreach (var told in events)
        {
            Assert.Equal((sent.Mid, text), (Assert.IsType<RtmMessageEvent>(told).Mid, ((RtmMessageEvent)told).Text));
            break;
        }
    }

    private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<RtmBackendClient, RtmBackendOptions> Made = [];

    private static RtmBackendOptions OptionsOf(RtmBackendClient client) => Made.TryGetValue(client, out var options) ? options : new();

    private static RtmBackendClient Client(ParleyServerProcess process, Action<RtmBackendOptions> change)
    {
        var options = new RtmBackendOptions
        {
            Endpoint = process.Endpoints["RtmServer"].ToString(),
            Pid = BackEndServer.Pid,
            Secret = BackEnd.Secret,
        };
        change(options);
        var client = new RtmBackendClient(options);
        Made.Add(client, options);
        return client;
    }

    private static Task<ParleyServerProcess> StartAsync(string directory, Dictionary<string, string> settings) =>
        RtmServer.StartAsync(BackEndServer.SeedAsync, settings, directory);
}
