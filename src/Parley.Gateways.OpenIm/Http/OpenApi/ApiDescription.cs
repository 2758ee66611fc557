using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.OpenIm.Http.OpenApi;

/// <summary>
/// Describes the API as an OpenAPI document. Paths come from <see cref="ApiTable"/>, bodies from what its handlers read, contents of
/// messages from <see cref="Messages.ContentSchema"/>, answers from samples that the writers of answers write: nothing is told twice.
/// </summary>
internal sealed class ApiDescription(OpenImHost host, IReadOnlyList<ApiEndpoint> rows)
{
    private const string Json = "application/json";
    private const string TokenScheme = "token";
    private const string Failure = "Failure";
    private const string FailureV3 = "FailureV3";
    private const string Operation = "operationID";

    private readonly OpenApiDocument _document = new()
    {
        Info = new OpenApiInfo { Title = "Parley: OpenIM API", Version = "2", Description = ApiErrorTexts.Introduction },
        Paths = [],
        Components = new OpenApiComponents(),
        Tags = new HashSet<OpenApiTag>(),
    };

    /// <summary>Makes the document.</summary>
    /// <param name="server">Where the API is, as the reader reaches it.</param>
    public async ValueTask<string> WriteAsync(string server)
    {
        _document.Servers = [new OpenApiServer { Url = server }];
        _document.AddComponent<IOpenApiSecurityScheme>(TokenScheme, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = "token",
            Description = "A token of a user or a manager",
        });
        _document.AddComponent<IOpenApiSchema>(Failure, MakeFailure("errCode", "errMsg"));
        _document.AddComponent<IOpenApiSchema>(FailureV3, MakeFailure("errCode", "errMsg", "errDlt"));
        foreach (var row in rows)
        {
            var operation = await DescribeAsync(row);
            _document.Paths.Add(row.Path, new OpenApiPathItem { Operations = new Dictionary<HttpMethod, OpenApiOperation> { [HttpMethod.Post] = operation } });
        }
        return await _document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_0);
    }

    /// <summary>What the handler of a version reads; null = there is none.</summary>
    public async ValueTask<ApiFieldRecorder?> RecordAsync(ApiEndpoint row, bool isV3)
    {
        if (isV3 ? !row.IsInV3 : !row.IsInV2)
            return null;
        var recorder = new ApiFieldRecorder();
        var body = ApiBody.Recording(recorder);
        if (!isV3)
            body.Text(Operation, ApiDoor.OperationLength, row.NeedsOperationId ? Need.Required : Need.Optional);
        await using var nowhere = new ApiAnswer(response: null);
        var outcome = await row.HandleAsync(new ApiCall(host, body, isV3, "", "", nowhere, CancellationToken.None));
        return outcome.IsOk ? throw new InvalidOperationException($"{row.Path} does not look at faults of its body.") : recorder;
    }

    private async ValueTask<OpenApiOperation> DescribeAsync(ApiEndpoint row)
    {
        var note = ApiNotes.All[row.Path];
        var v2 = await RecordAsync(row, isV3: false);
        var v3 = await RecordAsync(row, isV3: true);
        var demand = (v2?.Demand ?? ApiDemand.Nothing, v3?.Demand ?? ApiDemand.Nothing);
        var tag = row.Path.Split('/')[1];
        _document.Tags!.Add(new OpenApiTag { Name = tag });
        var operation = new OpenApiOperation
        {
            OperationId = row.Path.Trim('/').Replace('/', '_'),
            Summary = note.Summary,
            Description = string.Join("\n\n", ((string[])[WhoMayCall(demand.Item1, demand.Item2), note.More, VersionsOf(row)]).Where(static text => text.Length > 0)),
            Tags = new HashSet<OpenApiTagReference> { new(tag, _document) },
            RequestBody = MakeBody(row, v2, v3),
            Responses = MakeAnswers(row, note, v2?.Demand, v3?.Demand),
        };
        if (v3 is not null)
        {
            operation.Parameters =
            [
                new OpenApiParameter
                {
                    Name = Operation,
                    In = ParameterLocation.Header,
                    Required = v2 is null,
                    Description = v2 is null ? "Chosen by the caller, for tracing only" : "With this header the call is one of v3, without it one of v2",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = ApiDoor.OperationLength },
                },
            ];
        }
        if (Max(demand) >= ApiDemand.Token)
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(TokenScheme, _document)] = [] }];
        return operation;
    }

    private OpenApiRequestBody MakeBody(ApiEndpoint row, ApiFieldRecorder? v2, ApiFieldRecorder? v3)
    {
        var schemas = new List<IOpenApiSchema>();
        var examples = new Dictionary<string, IOpenApiExample>(StringComparer.Ordinal);
        foreach (var (recorder, isV3) in new[] { (v2, false), (v3, true) })
        {
            if (recorder is null)
                continue;
            var schema = ApiSchemas.OfBody(recorder.Fields);
            schema.Title = isV3 ? "v3" : "v2";
            FillContent(schema, isV3, recorder.Demand == ApiDemand.Manager);
            schemas.Add(AddSchema(row, isV3 ? "v3_body" : "v2_body", schema));
            examples[isV3 ? "v3" : "v2"] = new OpenApiExample { Value = MakeExample(recorder, isV3) };
        }
        return new OpenApiRequestBody { Required = true, Content = Content(schemas, examples) };
    }

    private static JsonObject MakeExample(ApiFieldRecorder recorder, bool isV3)
    {
        var example = ApiExamples.OfBody(recorder.Fields, isV3);
        if (example["data"]?["content"] is not null)
            example["data"]!["content"] = JsonValue.Create(Convert.ToBase64String("hi"u8)); // a client's message
        return example;
    }

    /// <summary>Of managers the content is an object that depends on the type; of clients it is what is stored, in base64.</summary>
    private static void FillContent(OpenApiSchema schema, bool isV3, bool isManager)
    {
        if (schema.Properties!.TryGetValue("data", out var data) && data is OpenApiSchema { Properties: { } inner } && inner.ContainsKey("content"))
            inner["content"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "byte", Description = "The message itself, in base64" };
        if (!isManager || !schema.Properties.TryGetValue("content", out var content))
            return;
        schema.Properties["content"] = new OpenApiSchema
        {
            Description = content.Description + ". Numbers may be texts, and texts numbers",
            AnyOf = [.. ApiSchemas.ContentTypesTaken.Select(type => ApiSchemas.OfContent(type, isV3)).OfType<IOpenApiSchema>()],
        };
    }

    private OpenApiResponses MakeAnswers(ApiEndpoint row, ApiNote note, ApiDemand? v2, ApiDemand? v3)
    {
        var schemas = new List<IOpenApiSchema>();
        var examples = new Dictionary<string, IOpenApiExample>(StringComparer.Ordinal);
        foreach (var (demand, isV3) in new[] { (v2, false), (v3, true) })
        {
            if (demand is null)
                continue;
            var sample = Sample(note, isV3);
            var schema = ApiSchemas.OfSample(sample);
            schema.Title = isV3 ? "v3" : "v2";
            schemas.Add(AddSchema(row, isV3 ? "v3_answer" : "v2_answer", schema));
            examples[isV3 ? "v3" : "v2"] = new OpenApiExample { Value = sample };
        }
        if (v2 is not null)
            schemas.Add(new OpenApiSchemaReference(Failure, _document));
        if (v3 is not null)
            schemas.Add(new OpenApiSchemaReference(FailureV3, _document));
        var answers = new OpenApiResponses
        {
            ["200"] = new OpenApiResponse { Description = ApiErrorTexts.Of200(note, v2, v3), Content = Content(schemas, examples) },
        };
        if (v2 is null)
            return answers;
        answers["400"] = MakeRefusal(ApiErrorTexts.Of400(note, v2.Value));
        answers["500"] = MakeRefusal(ApiErrorTexts.Of500(note, v2.Value, row.Path == "/auth/user_register"));
        return answers;
    }

    private OpenApiResponse MakeRefusal(string text) => new() { Description = text, Content = Content([new OpenApiSchemaReference(Failure, _document)]) };

    private static Dictionary<string, OpenApiMediaType> Content(List<IOpenApiSchema> schemas, Dictionary<string, IOpenApiExample>? examples = null) =>
        new(StringComparer.Ordinal)
        {
            [Json] = new OpenApiMediaType { Schema = schemas.Count == 1 ? schemas[0] : new OpenApiSchema { AnyOf = schemas }, Examples = examples },
        };

    private OpenApiSchemaReference AddSchema(ApiEndpoint row, string suffix, OpenApiSchema schema)
    {
        var name = $"{row.Path.Trim('/').Replace('/', '_')}_{suffix}";
        _document.AddComponent<IOpenApiSchema>(name, schema);
        return new(name, _document);
    }

    /// <summary>A good answer: what the endpoint writes, and then what the door writes.</summary>
    private static JsonNode Sample(ApiNote note, bool isV3)
    {
        using var output = new PooledBufferWriter();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            (isV3 ? note.V3 : note.V2)?.Invoke(json);
            json.WriteNumber("errCode"u8, 0);
            json.WriteString("errMsg"u8, "");
            if (isV3)
                json.WriteString("errDlt"u8, "");
            json.WriteEndObject();
        }
        return JsonNode.Parse(output.WrittenSpan)!;
    }

    private static OpenApiSchema MakeFailure(params string[] members) => new()
    {
        Type = JsonSchemaType.Object,
        Description = "A refusal. Where a good answer has lists, a refusal may have empty ones",
        Required = members.ToHashSet(StringComparer.Ordinal),
        Properties = members.ToDictionary(
            static member => member,
            static member => (IOpenApiSchema)new OpenApiSchema { Type = member == "errCode" ? JsonSchemaType.Integer : JsonSchemaType.String },
            StringComparer.Ordinal),
    };

    private static ApiDemand Max((ApiDemand V2, ApiDemand V3) demand) => demand.V2 > demand.V3 ? demand.V2 : demand.V3;

    private static string WhoMayCall(ApiDemand v2, ApiDemand v3) => Max((v2, v3)) switch
    {
        ApiDemand.Manager when v2 is ApiDemand.Token => "Needs a token in the header `token`; in v3 that of a manager.",
        ApiDemand.Manager => "Needs the token of a manager in the header `token`.",
        ApiDemand.Token when v3 == ApiDemand.Nothing => "Needs a token in the header `token`.",
        ApiDemand.Token => "Needs a token in the header `token`.",
        ApiDemand.Secret => "Needs the secret in the body, and no token.",
        _ => "Needs no token.",
    };

    private static string VersionsOf(ApiEndpoint row) => (row.IsInV2, row.IsInV3) switch
    {
        (true, true) => "Served for v2 and for v3: a call with the header `operationID` is one of v3.",
        (true, false) => "",
        _ => "Served for v3.",
    };
}
