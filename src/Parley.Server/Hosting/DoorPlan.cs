using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Parley.Gateways.Doors;
using Parley.Server.Settings;

namespace Parley.Server.Hosting;

/// <summary>A door that is to be opened: where, and with which certificate.</summary>
/// <param name="Door">The door.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="Tls">How it is encrypted; null = not.</param>
internal sealed record DoorPlan(Door Door, DoorAddress Address, HttpsConnectionAdapterOptions? Tls)
{
    /// <summary>Decides which doors open where. Wrong settings are errors that name the key.</summary>
    public static IReadOnlyList<DoorPlan> Make(IReadOnlyList<Door> doors, ParleySettings settings)
    {
        RefuseUnknown(doors, settings.Endpoints.Keys, "Parley:Endpoints");
        RefuseUnknown(doors, settings.Tls.Doors.Keys, "Parley:Tls:Doors");
        var plans = new List<DoorPlan>();
        foreach (var door in doors)
        {
            var text = settings.Endpoints.GetValueOrDefault(door.Name, door.DefaultEndpoint);
            if (text.Length == 0)
                continue;
            var key = $"Parley:Endpoints:{door.Name}";
            if (!DoorAddress.TryParse(text, out var address))
                throw ParleyException.Setting($"{key} must be {DoorAddress.Allowed}, or empty (off); it is '{text}'");
            if (plans.Find(other => other.Address.CollidesWith(address)) is { } taken)
                throw ParleyException.Setting($"{key} must be another address than that of {taken.Door.Name}; both are {address}");
            if (!door.AuthenticatesUsers && !address.IsLoopback && !settings.AllowUnauthenticatedDoors)
            {
                throw ParleyException.Setting(
                    $"{key} must be a loopback address, because {door.Name} cannot authenticate its users; it is {address}; "
                    + "Parley:AllowUnauthenticatedDoors=true allows it");
            }
            plans.Add(new(door, address, LoadCertificate(door, settings.Tls)));
        }
        return plans;
    }

    private static void RefuseUnknown(IReadOnlyList<Door> doors, IEnumerable<string> names, string path)
    {
        foreach (var name in names)
        {
            if (!doors.Any(door => door.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
                throw ParleyException.Setting($"{path}:{name} is not a setting; doors are {string.Join(", ", doors.Select(static d => d.Name))}");
        }
    }

    private static HttpsConnectionAdapterOptions? LoadCertificate(Door door, TlsSettings tls)
    {
        if (tls.For(door.Name) is not { } files)
            return null;
        try
        {
            var certificate = X509Certificate2.CreateFromPemFile(files.CertificateFile, files.KeyFile.Length == 0 ? null : files.KeyFile);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(files.CertificateFile);
            return new() { ServerCertificate = certificate, ServerCertificateChain = chain };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            var key = ReferenceEquals(files, tls) ? "Parley:Tls" : $"Parley:Tls:Doors:{door.Name}";
            throw new ParleyException(
                $"{key} must name PEM files with a certificate and its unencrypted key: {e.Message.ReplaceLineEndings(" ")}",
                ParleyException.Misused,
                e);
        }
    }
}
