using System.Text.Json.Serialization;

namespace Parley.Server.Admin;

/// <summary>A project.</summary>
internal sealed record ProjectAnswer(long Pid, string Name, string Secret, IReadOnlyList<long> AdminUserIds)
{
    /// <summary>Everything but the secret.</summary>
    public override string ToString() => $"ProjectAnswer {Pid} ({Name})";
}

/// <summary>A project to add.</summary>
/// <param name="Pid">Its id; null = the next free one.</param>
/// <param name="Name">A name for people.</param>
/// <param name="Secret">Its secret; null = a random one.</param>
internal sealed record ProjectRequest(long? Pid, string Name, string? Secret)
{
    /// <summary>Everything but the secret.</summary>
    public override string ToString() => $"ProjectRequest {Pid} ({Name})";
}

/// <summary>A user who wants to log in.</summary>
internal sealed record TokenRequest(long Pid, long Uid);

/// <summary>An issued token.</summary>
internal sealed record TokenAnswer(string Token);

/// <summary>How the database is.</summary>
/// <param name="IsServing">Whether a running server answered.</param>
/// <param name="IsHealthy">Whether the store can read and write.</param>
/// <param name="Projects">The number of projects.</param>
internal sealed record StatusAnswer(bool IsServing, bool IsHealthy, int Projects);

/// <summary>Why a request was refused.</summary>
internal sealed record ErrorAnswer(string Error);

/// <summary>The JSON of the local admin door.</summary>
[JsonSerializable(typeof(IReadOnlyList<ProjectAnswer>))]
[JsonSerializable(typeof(ProjectRequest))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(StatusAnswer))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class AdminJson : JsonSerializerContext;
