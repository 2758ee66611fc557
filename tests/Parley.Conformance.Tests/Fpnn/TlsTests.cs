using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Parley.Conformance.Tests.Rtm;
using Parley.Conformance.Tests.Support;
using Parley.Testing;

namespace Parley.Conformance.Tests.Fpnn;

/// <summary>A door with a certificate speaks FPNN, HTTPS and wss over TLS (fpnn.md §6.5).</summary>
public sealed class TlsTests(TlsTests.Server server) : IClassFixture<TlsTests.Server>
{
    [Fact]
    public async Task Fpnn_is_spoken_over_tls_and_counts_as_encrypted()
    {
        await using var peer = new RtmPeer(await ConnectAsync());
        await RtmServer.AuthAsync(peer, Profile.G1, RtmWorld.FirstUser);
        await peer.OkAsync("sendmsg", Say.To(RtmWorld.FirstUser + 1, 1));
        Assert.True((await peer.OkAsync("*tune", ("key", "x"), ("value", "y"))).Bool("return")); // though there is a key
    }

    [Fact]
    public async Task The_key_quest_ends_a_tls_connection()
    {
        await using var peer = await ConnectAsync();
        await peer.SendAsync(Frame.Quest(1, "*key", Pack.Map(("publicKey", Hex.Bytes(Vectors.ClientK1)))));
        await peer.ExpectClosedAsync();
    }

    [Fact]
    public async Task Https_is_answered_on_the_same_port()
    {
        await using var peer = await ConnectAsync();
        await peer.SendTextAsync("POST /service/ping HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", await peer.ReadHeadAsync());
        Assert.Equal("7b7d", Hex.Text(await peer.ReadAsync(2)));
    }

    [Fact]
    public async Task Wss_is_answered_on_the_same_port()
    {
        await using var peer = await WebSocketPeer.ConnectAsync(server.Gate, WrapAsync);
        await peer.SendAsync(WebSocketPeer.Binary, Frame.Quest(1, "auth", Pack.Map(RtmServer.AuthOf(Profile.G1, RtmWorld.FirstUser + 2))));
        Assert.True((await peer.ReadPackageAsync()).Body.Bool("ok"));
    }

    [Fact]
    public async Task Plain_bytes_on_a_tls_door_are_not_answered()
    {
        await using var peer = await RawPeer.ConnectAsync(server.Gate);
        await peer.TrySendAsync(Frame.Quest(1, "ping", [0x80]));
        var answer = await peer.ReadToEndAsync();
        Assert.True(answer.Length == 0 || answer[0] == 0x15, Hex.Text(answer)); // at the most a TLS alert
    }

    [Fact]
    public async Task Dispatch_names_the_gate_to_those_who_ask_for_ssl_only()
    {
        await using var peer = await RtmPeer.ConnectAsync(server.Process.Endpoints["RtmDispatch"]);
        Assert.Equal(server.Gate.ToString(), (await peer.OkAsync("which", ("what", "rtmGated"), ("proto", "ssl"))).Text("endpoint"));
        Assert.Equal(server.Gate.ToString(), (await peer.OkAsync("which", ("what", "rtmGated"), ("proto", "TLS"))).Text("endpoint"));
        Assert.Equal("", (await peer.OkAsync("which", ("what", "rtmGated"), ("proto", "tcp"))).Text("endpoint"));
    }

    private Task<RawPeer> ConnectAsync() => RawPeer.ConnectAsync(server.Gate, WrapAsync);

    private static async Task<Stream> WrapAsync(Stream plain)
    {
        var tls = new SslStream(plain, leaveInnerStreamOpen: false);
        await Wait.For(
            tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=parley.test",
            }),
            "the TLS handshake");
        return tls;
    }

    /// <summary>A server whose client gate has a self-signed certificate, whose dispatch has none, and which has a key.</summary>
    public sealed class Server : IAsyncLifetime
    {
        private ParleyServerProcess? _process;

        public ParleyServerProcess Process => _process!;

        public System.Net.IPEndPoint Gate => Process.Endpoints["RtmClient"];

        public async ValueTask InitializeAsync()
        {
            var directory = Directory.CreateTempSubdirectory("parley-conf-").FullName;
            var key = Path.Combine(directory, "fpnn.key");
            await File.WriteAllBytesAsync(key, Hex.Bytes(Vectors.ServerPrivate));
            var (certificateFile, keyFile) = (Path.Combine(directory, "tls.crt"), Path.Combine(directory, "tls.pem"));
            using (var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256))
            {
                var now = TimeProvider.System.GetUtcNow();
                using var certificate = new CertificateRequest("CN=parley.test", pair, HashAlgorithmName.SHA256)
                    .CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
                await File.WriteAllTextAsync(certificateFile, certificate.ExportCertificatePem());
                await File.WriteAllTextAsync(keyFile, pair.ExportPkcs8PrivateKeyPem());
            }
            _process = await RtmServer.StartAsync(
                async seed =>
                {
                    await seed.ProjectAsync(RtmWorld.Pid, new());
                    await seed.TokensAsync(RtmWorld.Pid, RtmWorld.FirstUser, 3);
                },
                new Dictionary<string, string>
                {
                    ["Rtm:KeyFile"] = key,
                    ["Tls:Doors:RtmClient:CertificateFile"] = certificateFile,
                    ["Tls:Doors:RtmClient:KeyFile"] = keyFile,
                },
                directory);
        }

        public async ValueTask DisposeAsync() => await RtmServer.EndAsync(_process);
    }
}
