using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Parley.Gateways.Doors;
using Parley.Server.Hosting;
using Parley.Server.Settings;

namespace Parley.Server.Tests.Hosting;

public sealed class DoorPlanTests
{
    [Fact]
    public void Doors_listen_at_their_default_and_at_what_settings_say_and_an_empty_one_is_off()
    {
        var plans = DoorPlan.Make([new FakeDoor("A"), new FakeDoor("B"), new FakeDoor("C")], Settings(("b", "[::1]:9"), ("C", "")));
        Assert.Equal(["A 127.0.0.1:1", "B [::1]:9"], plans.Select(static p => $"{p.Door.Name} {p.Address}"));
        Assert.All(plans, static p => Assert.Null(p.Tls));
    }

    [Theory]
    [InlineData("X", "127.0.0.1:5", "Parley:Endpoints:X is not a setting; doors are A, B")]
    [InlineData("A", "nowhere", "Parley:Endpoints:A must be host:port, where host is an IP address ([…] around IPv6) or localhost and port is 0 (any free) to 65535, or empty (off); it is 'nowhere'")]
    [InlineData("B", "127.0.0.1:1", "Parley:Endpoints:B must be another address than that of A; both are 127.0.0.1:1")]
    public void A_wrong_endpoint_is_one_clear_line(string name, string value, string line)
    {
        var e = Assert.Throws<ParleyException>(() => DoorPlan.Make([new FakeDoor("A"), new FakeDoor("B")], Settings((name, value))));
        Assert.Equal(line, e.Message);
        Assert.Equal(2, e.ExitCode);
    }

    [Fact]
    public void A_door_that_cannot_authenticate_stays_on_loopback_unless_a_setting_allows_more()
    {
        var door = new FakeDoor("A", authenticates: false);
        foreach (var loopback in (string[])["127.0.0.1:1", "[::1]:1", "localhost:1"])
            Assert.Single(DoorPlan.Make([door], Settings(("A", loopback))));
        foreach (var open in (string[])["0.0.0.0:1", "[::]:1", "192.0.2.1:1"])
        {
            var e = Assert.Throws<ParleyException>(() => DoorPlan.Make([door], Settings(("A", open))));
            Assert.Equal(
                $"Parley:Endpoints:A must be a loopback address, because A cannot authenticate its users; it is {open}; Parley:AllowUnauthenticatedDoors=true allows it",
                e.Message);
            Assert.Single(DoorPlan.Make([door], Settings(("A", open)) with { AllowUnauthenticatedDoors = true }));
        }
    }

    [Fact]
    public void A_missing_certificate_is_one_clear_line_that_names_the_key()
    {
        var all = Settings() with { Tls = new() { CertificateFile = "/none.pem" } };
        var e = Assert.Throws<ParleyException>(() => DoorPlan.Make([new FakeDoor("A")], all));
        Assert.StartsWith("Parley:Tls must name PEM files with a certificate and its unencrypted key: ", e.Message, StringComparison.Ordinal);
        var one = Settings() with { Tls = new() { Doors = new Dictionary<string, TlsCertificateSettings> { ["A"] = new() { CertificateFile = "/none.pem" } } } };
        e = Assert.Throws<ParleyException>(() => DoorPlan.Make([new FakeDoor("A")], one));
        Assert.StartsWith("Parley:Tls:Doors:A must name PEM files", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void One_certificate_serves_all_doors_but_those_with_an_entry_of_their_own()
    {
        var directory = Directory.CreateTempSubdirectory("parley-tls-").FullName;
        try
        {
            var file = TestCertificate.Write(directory);
            var tls = new TlsSettings
            {
                CertificateFile = file,
                Doors = new Dictionary<string, TlsCertificateSettings>(StringComparer.OrdinalIgnoreCase) { ["B"] = new() },
            };
            var plans = DoorPlan.Make([new FakeDoor("A"), new FakeDoor("B")], Settings(("B", "127.0.0.1:2")) with { Tls = tls });
            Assert.NotNull(plans[0].Tls);
            Assert.Null(plans[1].Tls);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static ParleySettings Settings(params (string Name, string Value)[] endpoints) => new()
    {
        Endpoints = endpoints.ToDictionary(static e => e.Name, static e => e.Value, StringComparer.OrdinalIgnoreCase),
    };

    private sealed class FakeDoor(string name, bool authenticates = true) : Door
    {
        public override string Name => name;

        public override string DefaultEndpoint => "127.0.0.1:1";

        public override string Description => "nothing";

        public override bool AuthenticatesUsers => authenticates;
    }
}

/// <summary>A certificate for 127.0.0.1, signed by itself.</summary>
internal static class TestCertificate
{
    public static string Write(string directory)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        var path = Path.Combine(directory, "cert.pem");
        File.WriteAllText(path, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        return path;
    }
}
