using System.ComponentModel.DataAnnotations;

namespace Parley.Server.Settings;

/// <summary>The embedded store.</summary>
internal sealed record SqliteSettings
{
    /// <summary>Whether a commit waits for the disk (Full), or a power cut may lose the newest commits (Normal).</summary>
    [RegularExpression("^(?i)(full|normal)$", ErrorMessage = "one of Full, Normal")]
    public string Synchronous { get; init; } = "Full";
}
