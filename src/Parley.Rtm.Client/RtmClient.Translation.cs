namespace Parley.Rtm.Client;

// Translation (rtm-client.md §4.10, §4.11), where the server has an engine for it.
public sealed partial class RtmClient
{
    /// <summary>
    /// Sets the language to translate messages to (<c>setlang</c>); from then on a translation follows each text push
    /// (<see cref="RtmTranslationPush"/>). The server keeps it for the user.
    /// </summary>
    /// <param name="language">An ISO 639-1 code such as <c>fr</c>; "" = no translation.</param>
    /// <param name="timeout">For this call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; the quest may have taken effect.</param>
    /// <exception cref="RtmException">200050 unknown language, 200060 not enabled for the project.</exception>
    public Task SetLanguageAsync(string language, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("setlang", map => map.Add("lang"u8, language), timeout, cancellationToken);

    /// <summary>Translates a text (<c>translate</c>).</summary>
    /// <param name="text">1 to 20480 bytes (200051, 200030).</param>
    /// <param name="target">The language to translate to, an ISO 639-1 code.</param>
    /// <param name="source">The language of the text; null = the server finds out.</param>
    /// <param name="timeout">For this call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="RtmException">
    /// 200050 unknown language, 200051 empty, 200030 too large, 200056 the engine failed, 200060 not enabled for the project.
    /// </exception>
    public Task<RtmTranslation> TranslateAsync(
        string text, string target, string? source = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync(
            "translate",
            map => map.Add("text"u8, text).AddIfAny("src"u8, source).Add("dst"u8, target),
            static (ref answer) => new RtmTranslation(
                answer.String("src"u8, "source"u8),
                answer.String("dst"u8, "target"u8),
                answer.String("stext"u8, "sourceText"u8),
                answer.String("dtext"u8, "targetText"u8)),
            timeout,
            cancellationToken);
}
