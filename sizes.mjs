import { rolldown } from 'rolldown';import { fileURLToPath } from 'node:url';
const b=await rolldown({input:{jit:'src/main/jit.ts'},platform:'node',resolve:{alias:{ulid:'/tmp/speed/node_modules/ulid/dist/browser/index.js'}},checks:{emptyImportMeta:false}});
const {output}=await b.generate({format:'cjs',minify:{mangle:false,compress:true,codegen:{removeWhitespace:true}}});
for(const o of output.filter(o=>o.type==='chunk').sort((a,b)=>b.code.length-a.code.length).slice(0,14)){console.log(o.fileName,o.code.length);
 if(o.fileName==='jit.js'||o.isEntry){const m=Object.entries(o.modules).map(([k,v])=>[v.renderedLength,k.replace('/tmp/speed/','')]).sort((a,b)=>b[0]-a[0]);for(const [l,k] of m.slice(0,90))console.log('   ',l,k)}}
console.log(output.length, output.reduce((a,o)=>a+(o.code?.length||0),0));
