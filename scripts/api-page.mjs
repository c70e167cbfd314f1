// The page of a package's public API, made from its docstrings: `node scripts/api-page.mjs` writes docs/api/*.md.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from '@babel/parser';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Every package has a page. */
export const pages = readdirSync(join(root, 'packages')).sort();

/** The configuration and the kits for tests have guides instead. */
const elsewhere = ['./config', './testing', './package.json'];

/** The tables of contents of `packages/<name>`: its main entry, then its subpaths, each module that only re-exports. */
function entriesOf(name) {
  const folder = join(root, 'packages', name);
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const sources = Object.entries(exports).filter(([subpath]) => !elsewhere.includes(subpath));
  const files = sources.map(([, conditions]) => join(folder, conditions['@cache/source']));
  // A subpath may also be a module that the main entry re-exports.
  return files.filter((file) => program(file).body.every(({ source }) => source !== undefined && source !== null));
}

/** The text of the page of `packages/<name>`, and what on it has no docstring. */
export function apiPage(name) {
  const undocumented = [];
  const sections = [];
  for (const { title, exports } of entriesOf(name).flatMap(tableOfContents)) {
    if (title !== undefined) sections.push(`## ${title}`);
    for (const { exported, file } of exports) {
      const found = declarationOf(exported, file);
      if (found.doc === undefined) undocumented.push(exported);
      const plain = found.members.filter(({ doc }) => doc === undefined).map(({ signature }) => indented(signature));
      const signature = plain.length === 0 ? found.signature : `${found.signature} {\n${plain.join('\n')}\n}`;
      sections.push(`### \`${exported}\``, ...proseOf(found.doc), fenced(signature));
      for (const { name: member, doc, signature: own } of found.members)
        if (doc !== undefined) sections.push(`#### \`${exported}.${member}\``, ...proseOf(doc), fenced(own));
    }
  }
  const head = [
    `# The API of \`@cache/${name}\``,
    `<!-- Made from the docstrings by \`npm run docs:api\`. Change those, not this. -->`,
  ];
  return { text: `${[...head, ...sections].join('\n\n')}\n`, undocumented };
}

const parsed = new Map();

function program(file) {
  if (!parsed.has(file)) {
    const source = readFileSync(file, 'utf8');
    parsed.set(file, { source, body: parse(source, { sourceType: 'module', plugins: ['typescript'] }).program.body });
  }
  return parsed.get(file);
}

/** What an index exports, under the comments that head its groups. */
function tableOfContents(index) {
  const groups = [{ title: undefined, exports: [] }];
  for (const node of program(index).body) {
    const comment = node.leadingComments?.at(-1);
    if (comment?.type === 'CommentLine') groups.push({ title: comment.value.trim(), exports: [] });
    const file = join(dirname(index), node.source.value);
    for (const { exported, local } of node.specifiers) {
      if (exported.name !== local.name) throw new Error(`${index}: expected no renamed export, got ${exported.name}`);
      groups.at(-1).exports.push({ exported: exported.name, file });
    }
  }
  return groups.filter(({ exports }) => exports.length > 0);
}

function declarationOf(name, file) {
  const { source, body } = program(file);
  const nodes = body.filter(
    ({ type, declaration }) =>
      type === 'ExportNamedDeclaration' && (declaration?.id ?? declaration?.declarations?.[0].id)?.name === name,
  );
  if (nodes.length === 0) throw new Error(`${file}: expected it to declare ${name}`);
  const doc = docOf(nodes[0]);
  const { declaration } = nodes[0];
  // What is said to the linter is not said to the reader.
  const text = (from, to) =>
    source
      .slice(from, to)
      .replace(/^\s*\/\/ biome-ignore .*\n/gm, '')
      .trim();
  if (declaration.type === 'ClassDeclaration')
    return { doc, signature: text(declaration.start, declaration.body.start), members: membersOf(declaration, text) };
  if (declaration.type === 'VariableDeclaration') {
    const [{ id }] = declaration.declarations;
    return { doc, signature: `${declaration.kind} ${text(id.start, id.end)}`, members: [] };
  }
  // An overloaded function is its overloads; the implementation below them is nobody's business.
  const callable = nodes.filter((node) => node.declaration.type === 'TSDeclareFunction');
  const shown = callable.length > 0 ? callable : [nodes[0]];
  const signature = shown.map(({ declaration: one }) =>
    text(one.start, one.type === 'FunctionDeclaration' ? one.body.start : one.end),
  );
  return { doc, signature: signature.join('\n'), members: [] };
}

function membersOf(declaration, text) {
  const members = new Map();
  for (const node of declaration.body.body) {
    if (node.key?.type === 'PrivateName' || node.type.startsWith('ClassPrivate') || node.accessibility === 'private')
      continue;
    const name = node.computed ? `[${text(node.key.start, node.key.end)}]` : (node.key.name ?? node.key.value);
    const known = members.get(name);
    const implementation = node.type === 'ClassMethod' && known?.overloaded;
    if (implementation) continue;
    const end = node.body?.start ?? node.value?.start;
    const signature = text(node.start, end ?? node.end).replace(/\s*[=;]$/, '');
    const doc = docOf(node);
    if (known === undefined)
      members.set(name, { name, doc, signatures: [signature], overloaded: node.type === 'TSDeclareMethod' });
    else known.signatures.push(signature);
  }
  return [...members.values()].map(({ name, doc, signatures }) => ({ name, doc, signature: signatures.join('\n') }));
}

function docOf(node) {
  const comment = node.leadingComments?.findLast(({ type, value }) => type === 'CommentBlock' && value.startsWith('*'));
  return comment?.value
    .slice(1)
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .trim();
}

/** A docstring as paragraphs of Markdown, its tags as a list. */
function proseOf(doc) {
  if (doc === undefined) return [];
  const plain = doc.replace(/\{@link ([^}]+)\}/g, '`$1`').replace(/^```ts$/gm, '```typescript');
  const [prose, ...tags] = plain.split(/(?:^|\s)@(?=(?:param|returns|throws|default)\b)/);
  const list = tags.map((tag) => {
    const [, kind, rest] = /^(\w+)\s+([\s\S]*)$/.exec(tag.replace(/\s+/g, ' ').trim());
    return `- ${kind}: ${rest.replace(/\{([A-Za-z]+)\}/g, '`$1`')}`;
  });
  return [prose.trim(), list.join('\n')].filter((part) => part !== '');
}

function indented(signature) {
  return signature.replace(/^(?=\S)/gm, '  ');
}

function fenced(signature) {
  // Not `ts`, which is for programs that run.
  return `\`\`\`typescript\n${signature}\n\`\`\``;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const name of pages) {
    const { text, undocumented } = apiPage(name);
    const file = join(root, 'docs/api', `${name}.md`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`docs/api/${name}.md: ${text.split('\n').length} lines`);
    if (undocumented.length > 0) console.log(`without a docstring: ${undocumented.join(', ')}`);
  }
}
