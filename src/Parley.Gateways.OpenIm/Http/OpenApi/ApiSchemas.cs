using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Parley.Gateways.OpenIm.Messages;

namespace Parley.Gateways.OpenIm.Http.OpenApi;

/// <summary>Schemas of bodies, from what handlers read, and of answers, from what is written.</summary>
internal static class ApiSchemas
{
    private const int FirstContentType = ContentTypes.Text;
    private const int LastContentType = ContentTypes.Quote;
    private const string Birth = "birth";
    private const string Options = "options";

    /// <summary>The schema of a body.</summary>
    public static OpenApiSchema OfBody(IReadOnlyList<ApiField> fields)
    {
        var schema = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal),
            Required = new HashSet<string>(StringComparer.Ordinal),
        };
        foreach (var field in fields)
        {
            schema.Properties[field.Name] = OfField(field);
            if (field.Need == Need.Required || field is { Kind: ApiFieldKind.Any, Name: "content" })
                schema.Required.Add(field.Name);
        }
        return schema;
    }

    /// <summary>The schema of the content object of a type; null when there is no such type.</summary>
    public static OpenApiSchema? OfContent(int contentType, bool isV3)
    {
        if (ContentSchema.Of(contentType, isV3) is not { } fields)
            return null;
        var schema = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Title = string.Create(CultureInfo.InvariantCulture, $"contentType {contentType}"),
            Properties = fields.ToDictionary(static field => field.Name, static field => (IOpenApiSchema)OfContentField(field), StringComparer.Ordinal),
            Required = fields.Where(static field => field.IsRequired).Select(static field => field.Name).ToHashSet(StringComparer.Ordinal),
        };
        return schema;
    }

    /// <summary>The schema that a sample fits. Members of objects in lists may be absent; those of the answer itself are always there.</summary>
    public static OpenApiSchema OfSample(JsonNode? sample, bool isRoot = true) => sample switch
    {
        JsonObject members => new()
        {
            Type = JsonSchemaType.Object,
            Properties = members.ToDictionary(
                static member => member.Key, member => (IOpenApiSchema)OfSample(member.Value, isRoot: false), StringComparer.Ordinal),
            Required = isRoot ? members.Select(static member => member.Key).ToHashSet(StringComparer.Ordinal) : null,
        },
        JsonArray items => new() { Type = JsonSchemaType.Array, Items = items.Count > 0 ? OfSample(items[0], isRoot: false) : new OpenApiSchema() },
        JsonValue value => value.GetValueKind() switch
        {
            JsonValueKind.String => new() { Type = JsonSchemaType.String },
            JsonValueKind.Number => new() { Type = JsonSchemaType.Integer, Format = "int64" },
            JsonValueKind.True or JsonValueKind.False => new() { Type = JsonSchemaType.Boolean },
            _ => new(),
        },
        _ => new(),
    };

    private static OpenApiSchema OfField(ApiField field)
    {
        var schema = field.Kind switch
        {
            ApiFieldKind.Text => OfText(field),
            ApiFieldKind.Integer => OfInteger(field),
            ApiFieldKind.Flag => new() { Type = JsonSchemaType.Boolean },
            ApiFieldKind.Texts => OfList(field, new() { Type = JsonSchemaType.String }),
            ApiFieldKind.Users => OfList(field, OfUser()),
            ApiFieldKind.Numbers => OfList(field, new() { Type = JsonSchemaType.Integer, Format = "int64", Minimum = "0", Maximum = "4294967295" }),
            ApiFieldKind.Object when field.Name == Options => new()
            {
                Type = JsonSchemaType.Object,
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Boolean },
            },
            ApiFieldKind.Object => OfBody(field.Inner!.Fields),
            ApiFieldKind.Objects => OfList(field, OfBody(field.Inner!.Fields)),
            _ when field.Name == Birth => new()
            {
                AnyOf = [new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64" }, new OpenApiSchema { Type = JsonSchemaType.String }],
            },
            _ => new OpenApiSchema(),
        };
        schema.Description = Describe(field);
        return schema;
    }

    private static string Describe(ApiField field)
    {
        var text = ApiFieldTexts.Of(field.Name) ?? "";
        return field.Aliases.Count == 0 ? text : $"{text}. Also taken as {string.Join(", ", field.Aliases.Select(static alias => $"`{alias}`"))}";
    }

    private static OpenApiSchema OfText(ApiField field) => new()
    {
        Type = JsonSchemaType.String,
        MinLength = field.Need == Need.Required ? 1 : null,
        MaxLength = field.Most < int.MaxValue ? (int)field.Most : null,
    };

    /// <summary>0 counts as missing, so what need not be there may be 0.</summary>
    private static OpenApiSchema OfInteger(ApiField field)
    {
        var least = field.Need == Need.Required ? field.Least : Math.Min(0, field.Least);
        return new()
        {
            Type = JsonSchemaType.Integer,
            Format = "int64",
            Minimum = least > int.MinValue ? least.ToString(CultureInfo.InvariantCulture) : null,
            Maximum = field.Most < int.MaxValue ? field.Most.ToString(CultureInfo.InvariantCulture) : null,
        };
    }

    private static OpenApiSchema OfList(ApiField field, OpenApiSchema item) =>
        new() { Type = JsonSchemaType.Array, Items = item, MaxItems = field.Most < int.MaxValue ? (int)field.Most : null };

    private static OpenApiSchema OfUser() => new()
    {
        AnyOf =
        [
            new OpenApiSchema { Type = JsonSchemaType.String },
            new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
                {
                    ["userID"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Also taken as `uid`" },
                },
            },
        ],
    };

    private static OpenApiSchema OfContentField(ContentField field) => field.Kind switch
    {
        ContentKind.Text => new() { Type = JsonSchemaType.String, MinLength = field.IsRequired ? 1 : null },
        ContentKind.Whole => new() { Type = JsonSchemaType.Integer, Format = "int64" },
        ContentKind.Fraction => new() { Type = JsonSchemaType.Number, Format = "double" },
        ContentKind.Flag => new() { Type = JsonSchemaType.Boolean },
        ContentKind.Texts => new() { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
        ContentKind.Picture => new()
        {
            Type = JsonSchemaType.Object,
            Properties = ContentSchema.Picture.ToDictionary(
                static inner => inner.Name, static inner => (IOpenApiSchema)OfContentField(inner), StringComparer.Ordinal),
        },
        _ => new(),
    };

    /// <summary>The types that have a content object.</summary>
    public static IEnumerable<int> ContentTypesTaken => Enumerable.Range(FirstContentType, LastContentType - FirstContentType + 1);
}
