namespace Parley.Rtm.Client.Files;

/// <summary>Leave to upload one file (rtm-client.md §4.16).</summary>
/// <param name="Token">Good for one upload, for about five minutes.</param>
/// <param name="Endpoint">The address of the file gate.</param>
internal sealed record RtmFileToken(string Token, string Endpoint);
