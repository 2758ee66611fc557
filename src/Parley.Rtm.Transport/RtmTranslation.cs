namespace Parley.Rtm;

/// <summary>A translated text (rtm-client.md §4.11).</summary>
/// <param name="SourceLanguage">The language it was in, given or detected.</param>
/// <param name="TargetLanguage">The language it is in now.</param>
/// <param name="SourceText">The text before.</param>
/// <param name="TargetText">The translation.</param>
public sealed record RtmTranslation(string SourceLanguage, string TargetLanguage, string SourceText, string TargetText);
