using Parley.Conformance.Tests.Rtm.ServerGate;
using Parley.Conformance.Tests.Support;
using Parley.Rtm;
using Parley.Rtm.Backend;
using Parley.Testing;

namespace Parley.Conformance.Tests.Rtm.Sdk.Backend;

/// <summary>Translation through the SDK (rtm-server.md §8.3).</summary>
public sealed class TranslateSdkTests
{
    [Fact]
    [CoversBySdk("translate")]
    public async Task A_text_is_translated_by_the_engine_of_the_server()
    {
        await using var engine = await new TranslationEngine().StartAsync();
        var process = await RtmServer.StartAsync(
            seed => seed.ProjectAsync(BackEndServer.Pid, new()), new Dictionary<string, string> { ["Translation:Url"] = engine.Address });
        try
        {
            await using var backEnd = new RtmBackendClient(process.Endpoints["RtmServer"].ToString(), BackEndServer.Pid, BackEnd.Secret);
            Assert.Equal(new RtmTranslation("en", "fr", "hello", "fr:hello"), await backEnd.TranslateAsync("hello", "fr"));
            await SdkBackEnd.FailAsync(RtmErrorCode.UnsupportedLanguage, backEnd.TranslateAsync("hello", "klingon"));
            await SdkBackEnd.FailAsync(RtmErrorCode.EmptyTranslation, backEnd.TranslateAsync("", "fr"));
        }
        finally
        {
            await RtmServer.EndAsync(process);
        }
    }
}
