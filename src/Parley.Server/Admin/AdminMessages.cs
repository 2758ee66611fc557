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
internal sealed record TokenRequest(long Pid, string User);

/// <summary>An issued token.</summary>
internal sealed record TokenAnswer(string Token);

/// <summary>How the database is.</summary>
/// <param name="IsServing">Whether a running server answered.</param>
/// <param name="IsHealthy">Whether the store can read and write.</param>
/// <param name="Projects">The number of projects.</param>
internal sealed record StatusAnswer(bool IsServing, bool IsHealthy, int Projects);

/// <summary>How a webhook is.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Pid">Its project.</param>
/// <param name="State">What it does.</param>
/// <param name="Position">It is done with the log up to here; null when it was never started.</param>
/// <param name="Lag">Messages of the server, of all projects, that came after it.</param>
/// <param name="DeadLetters">Messages that were not taken.</param>
/// <param name="LastFailure">Why the last failed attempt failed; "" when none did.</param>
internal sealed record WebhookAnswer(string Name, long Pid, string State, long? Position, long Lag, int DeadLetters, string LastFailure);

/// <summary>A message that a webhook's receiver did not take.</summary>
internal sealed record DeadLetterAnswer(long Position, int Attempts, long Time, string Reason, bool IsRetrying);

/// <summary>Whose dead letters are to be sent again.</summary>
internal sealed record RetryRequest(string Name);

/// <summary>How many letters are sent again.</summary>
internal sealed record RetryAnswer(int Count);

/// <summary>Why a request was refused.</summary>
internal sealed record ErrorAnswer(string Error);

/// <summary>The JSON of the local admin door.</summary>
[JsonSerializable(typeof(IReadOnlyList<ProjectAnswer>))]
[JsonSerializable(typeof(ProjectRequest))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(StatusAnswer))]
[JsonSerializable(typeof(IReadOnlyList<WebhookAnswer>))]
[JsonSerializable(typeof(IReadOnlyList<DeadLetterAnswer>))]
[JsonSerializable(typeof(RetryRequest))]
[JsonSerializable(typeof(RetryAnswer))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class AdminJson : JsonSerializerContext;
