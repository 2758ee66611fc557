using System.Text.Json;

namespace Parley.Gateways.OpenIm.Http.OpenApi;

/// <summary>What the code of an endpoint does not tell about it: what it is for, and what its answers look like.</summary>
/// <param name="Summary">One line.</param>
/// <param name="V2">Writes the members of a good answer of v2 beside errCode and errMsg; null = there is no v2, or nothing beside.</param>
/// <param name="V3">The same of v3.</param>
internal sealed record ApiNote(string Summary, Action<Utf8JsonWriter>? V2 = null, Action<Utf8JsonWriter>? V3 = null)
{
    /// <summary>Who may call and what happens, in a few sentences; may be empty.</summary>
    public string More { get; init; } = "";

    /// <summary>Whether every refusal of v2 comes with status 400 (openim.md §4.16, §8.8).</summary>
    public bool RefusesWith400 { get; init; }
}
